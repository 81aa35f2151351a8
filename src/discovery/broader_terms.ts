/**
 * What a thing is: on the left the words of the wider subject, on the right things that belong to
 * it. Who names a thing on the right may need a tool that speaks only of the left; not the reverse.
 */
export const BROADER_TERMS: Readonly<Record<string, string>> = {
  "weather forecast":
    "rain rainy snow sunny umbrella wind windy humid humidity storm temperature celsius fahrenheit cloudy climate hot cold degrees",
  "stock market finance":
    "nasdaq nyse dow sp500 shares shareholder portfolio dividend earnings ticker equity aapl tsla msft nvda goog amzn bullish bearish investor valuation pe eps ipo",
  "stock company": "tesla nvidia apple microsoft google amazon meta netflix intel samsung toyota",
  "crypto price":
    "bitcoin btc ethereum eth solana dogecoin blockchain defi token altcoin wallet nft",
  "currency exchange rate":
    "dollar dollars euro euros yen yuan rmb usd eur jpy gbp cny pound rupee krw won franc",
  "place location address":
    "city town street avenue road hospital airport hotel restaurant cafe mall park plaza square museum station campus university downtown bar supermarket pharmacy bank gym neighborhood village",
  "city place location":
    "beijing shanghai tokyo london paris berlin york francisco chicago seoul singapore madrid rome amsterdam boston sydney toronto delhi mumbai dubai moscow hongkong shenzhen guangzhou hangzhou chengdu",
  "route map direction":
    "drive driving walk walking bike cycling commute trip travel route distance far journey itinerary detour",
  "place nearby": "around nearby within radius near surroundings vicinity kilometer meters miles",
  "travel trip": "vacation holiday itinerary sightseeing tourist tourism visit backpacking",
  "hotel lodging stay":
    "accommodation hostel apartment guesthouse room night guests checkin bedroom",
  "train ticket": "railway rail train departure arrival seat highspeed timetable",
  "flight airport": "fly plane airline airfare boarding layover",
  "recipe food meal":
    "cook cooking eat eating dinner lunch breakfast dish ingredients vegetarian vegan allergic allergy soup dessert chicken beef pork rice noodles diet cuisine",
  "news article": "headline headlines breaking press media journalist event happening latest",
  "trend popular": "trending hot viral popular buzz hype topics",
  "paper research":
    "arxiv preprint publication journal author abstract citation literature academic scholar thesis peer",
  "encyclopedia article knowledge":
    "wikipedia history biography historical background definition facts",
  "biomedical clinical health":
    "disease cancer tumor gene mutation protein drug therapy patient trial clinical diabetes treatment symptom vaccine variant oncology",
  "art museum":
    "painting painter sculpture artwork artist gallery portrait exhibition vase canvas masterpiece",
  "music audio": "song melody beat tempo chord pitch rhythm bpm mp3 wav tune singer album",
  "video transcript": "youtube video lecture talk clip subtitle vlog ted channel",
  "game": "player champion card deck level quest esports match team rank chess",
  "chess game": "pawn knight bishop rook checkmate opening fen pgn castling",
  "package dependency":
    "npm pypi maven gradle yarn pip cargo react vue angular lodash express webpack typescript",
  "library documentation":
    "react nextjs vue angular django flask fastapi tailwind pandas numpy framework api sdk usage example tutorial",
  "component ui":
    "button modal tooltip dropdown navbar accordion form table tab avatar badge carousel frontend css tailwind",
  "repository code git":
    "github gitlab bitbucket repo commit branch merge pull fork readme source opensource",
  "issue ticket": "bug defect regression crash feature request backlog sprint jira",
  "pull request": "review diff approve reviewer merge",
  "database query": "sql postgres mysql sqlite mongodb table join rows record index schema",
  "container docker": "image compose volume dockerfile registry",
  "kubernetes cluster": "pod pods helm namespace deployment ingress kubectl replica daemonset",
  "process command terminal": "shell bash script cli run execute stdout pid kill",
  "file": "txt csv json yaml xml config log folder path directory disk save read write",
  "spreadsheet excel table": "xlsx cells columns rows formula worksheet pivot csv sheet",
  "document word": "docx paragraph heading letter essay report contract resume cv format",
  "presentation slide": "powerpoint pptx deck slideshow keynote bullet pitch",
  "pdf document": "pages scan form merge split watermark",
  "chart visualization":
    "bar line pie scatter histogram radar area trend distribution comparison proportion percentage visualize axis funnel treemap heatmap boxplot",
  "diagram flow": "flowchart sequence architecture process uml org fishbone swimlane",
  "mind map": "brainstorm outline key points structure overview",
  "image picture": "photo png jpg jpeg screenshot logo icon drawing illustration",
  "web page fetch": "website url link html http https site blog crawl scrape content online",
  "web search": "google bing internet online search engine lookup latest information",
  "browser page": "click login form button website screenshot shop cart checkout scroll tab online",
  "product shop price":
    "buy purchase cheap deal order amazon ebay shop discount gift sale bestseller",
  "time date": "today tomorrow yesterday now clock weekday timezone hour deadline",
  "calendar event": "meeting appointment schedule invite reminder agenda birthday",
  "email message": "inbox mail reply recipient subject newsletter gmail outlook",
  "message channel chat": "slack discord telegram teams dm ping announce notify whatsapp",
  "task todo": "deadline priority assignee checklist milestone backlog progress",
  "note memory": "remember notes knowledge remind journal diary",
  "calculate math":
    "sum percent percentage average multiply divide minus plus equation interest compound total",
  "random number": "dice coin lottery draw shuffle pick roll",
  "domain whois": "website registrar registered owner dns",
  "security vulnerability": "cve exploit leak secure scan risk malware",
  "government dataset": "census public statistics federal population open",
  "user profile": "account bio followers username handle",
  "customer crm": "lead deal prospect sales pipeline account contact",
  "payment invoice": "charge refund subscription billing checkout card paypal stripe",
  "employee hr": "salary payroll vacation hire onboarding recruit candidate",
  "device home": "light thermostat sensor lamp heating smart alarm lock",
  "problem contest": "algorithm leetcode coding challenge submission solution",
};
