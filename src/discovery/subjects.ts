/**
 * What tools and requests are about: a subject on the left, on the right words that point to it,
 * the words of tools' authors beside those of people who ask. A request and a tool that share no
 * word may still share a subject. A word may point to several.
 */
export const SUBJECTS: Readonly<Record<string, string>> = {
  // Money
  stocks:
    "stock stocks share shares equity ticker symbol nasdaq nyse dow sp500 dividend earnings portfolio broker brokerage investor invest investment investing bullish bearish valuation ipo analyst shareholder insider holdings tesla nvidia apple microsoft alphabet quote candlestick securities etf mutual fund index hedge futures commodity gold silver price market trading trader buyback undervalued overvalued outlook wall listed fundamentals technical rally volatility yield bond treasury sp capitalization pe eps berkshire amd intel netflix meta",
  accounts:
    "balance cashflow income revenue profit ebitda ledger bookkeeping accounting invoice fiscal quarter annual financial statement audit expense asset liability accountant payable receivable reconcile quarterly statements margin cost budget spending",
  crypto:
    "crypto cryptocurrency bitcoin btc ethereum eth solana dogecoin blockchain defi token coin altcoin wallet nft web3 onchain stablecoin mining usdt usdc binance coinbase ledger satoshi gas staking dao airdrop tokenomics exchange xrp cardano polygon",
  currency:
    "currency exchange forex dollar euro yen yuan pound rupee franc won usd eur jpy gbp cny krw convert rate rates conversion money dollars euros swap cad aud inr sek nok dkk rmb remittance",
  payments:
    "payment pay charge refund card stripe paypal checkout billing subscription invoice payout dispute receipt transaction merchant paid paying cash purchase money customer fee tip",
  banking:
    "bank account transfer iban loan mortgage credit debit deposit interest overdraft savings swift withdraw teller routing finance lender creditor borrower rate",
  tax:
    "tax vat irs deduction filing withholding duty tariff customs taxes income accountant hmrc levy bracket",
  insurance: "insurance policy premium claim coverage underwriting adjuster deductible",
  // Places and travel
  weather:
    "weather forecast temperature rain snow wind humidity storm sunny cloudy celsius fahrenheit climate umbrella hurricane precipitation uv degrees meteorological thunder lightning fog drizzle hail heatwave cold hot warm freezing dew barometer pressure sunrise sunset jacket rainy snowy windy typhoon tornado drought air",
  maps:
    "map maps location geocode coordinates latitude longitude address street avenue city town neighborhood nearby radius poi district gps openstreetmap landmark building tower station hospital school kilometer venue closest nearest spot cafe bar pharmacy supermarket park gym restaurant library bank atm bus downtown suburb village county province state region border route postal zip office relocate",
  routes:
    "route directions drive driving walk walking cycling bike commute navigation traffic distance eta detour journey trip travel road highway fastest shortest stopover turn turnbyturn kilometers miles hours minutes car foot transit path km map range",
  lodging:
    "hotel hostel room stay guest accommodation lodging airbnb booking checkin checkout nights apartment villa bedroom rental host listing accommodate inn resort motel bnb bed beds rooms adults guests vacation weekend nightly couch homeaway",
  flights:
    "flight fly plane airline airport boarding departure arrival layover airfare luggage seat flights roundtrip oneway economy business boeing runway terminal baggage iata cheapest aviation",
  trains:
    "train rail railway station ticket departure timetable carriage seat highspeed platform track trains amtrak railways bullet shinkansen eurostar intercity sleeper conductor schedule tickets",
  transit:
    "bus metro subway tram stop transit timetable fare commute schedule route passenger commuter rail ferry",
  vehicles:
    "car vehicle ev electric charging fuel parking garage engine mileage rental dealer vin vehicles tesla automobile truck motorcycle battery charger tire oil license plate toll mechanic driver",
  tourism:
    "travel trip tourist sightseeing attraction itinerary vacation holiday museum landmark guide tour destination visa traveling traveler sightsee backpack attractions beach mountain island temple castle palace monument cruise souvenir passport culture city weekend trips explore",
  // Daily life
  food:
    "recipe cook cooking meal dish food ingredient dinner lunch breakfast restaurant menu cuisine eat vegetarian vegan allergy diet dessert soup shopping grocery kitchen chef recipes cooked bake baking roast grill fry dishes snack drink coffee tea wine beer cocktail chicken beef pork fish shrimp seafood egg noodle rice pasta pizza salad vegetable fruit cheese bread cake spicy delicious ingredients hungry meals",
  nutrition:
    "calorie nutrition protein carbohydrate vitamin diet fat meal calories macro nutrient fiber sugar sodium supplement healthy weight keto",
  fitness:
    "workout exercise training running gym heart sleep yoga muscle weight bmi exercises marathon cardio strength bodybuilding swim hiking heartrate fitbit strava health",
  shopping:
    "buy purchase product shop store cart checkout price deal discount sale gift amazon ebay order brand cheap coupon ecommerce seller review products cheapest affordable budget bestselling bestseller laptop phone monitor headphones shoes clothes electronics furniture toy recommend walmart taobao jd retailer shipping spend",
  property:
    "apartment rent lease tenant mortgage listing estate landlord realtor bedroom property zillow broker condo rental squarefoot neighborhood sale homeowner zoning appraisal",
  home:
    "light lamp thermostat smart heating door lock sensor vacuum camera switch appliance alexa lights bulb heater airconditioner blinds curtain alarm garage tv speaker hue homekit turn dim",
  astrology:
    "horoscope zodiac astrology fortune lunar almanac tarot birth natal fate birthday born destiny sign solar luck chinese calendar",
  pets: "dog cat pet veterinary breed animal adopt",
  // Knowledge
  news:
    "news headline headlines breaking press media journalist newspaper politics bbc cnn nyt reuters coverage newspapers update updates story stories happening economy tech technology affairs events announcement",
  trends:
    "trend trending trends hot viral ranking rank topics buzz leaderboard hottest trendings rankings hotlist topic charts billboard",
  encyclopedia:
    "wikipedia encyclopedia wiki history historical biography facts article definition knowledge introduction origin century war empire ancient king queen president invented invention theory concept culture civilization dynasty fact section",
  papers:
    "paper papers arxiv preprint research study publication journal author abstract citation literature academic scholar doi pubmed thesis scientific conference researcher university proceedings peerreviewed survey citations bibliography manuscript findings method experiment stateoftheart sota semantic neurips iclr cvpr acl nature science",
  search:
    "search web google bing duckduckgo internet online engine query websites queries searching news browse yahoo baidu",
  books:
    "book books novel author isbn library reading ebook chapter publisher read bestseller reader fiction poem poetry literature story goodreads chapters audiobook kindle",
  patents: "patent invention trademark inventor claims uspto",
  law:
    "law legal court statute judge lawyer attorney docket regulation compliance legislation contract dispute lawsuit plaintiff criminal civil license copyright gdpr privacy terms",
  government:
    "government census public federal agency dataset statistics policy state ministry datasets opendata portal national city county budget population record registry election vote senator congress parliament permit",
  education:
    "course lesson student teacher quiz exam grade homework school university curriculum lecture tutorial class teach professor classroom degree test study grading campus assignment",
  mathematics:
    "math calculate equation algebra integral derivative matrix formula sum percentage arithmetic expression solve multiply divide compute calculator plus minus divided square root power logarithm calculus geometry probability percent average",
  statistics:
    "statistics mean median regression correlation distribution probability average variance deviation percentile sample outlier hypothesis pvalue forecast trend",
  randomness:
    "random dice coin flip lottery shuffle pick generator toss chance randomly winner raffle roll token password uuid seed",
  time:
    "clock timezone date hour utc minute convert weekday daylight gmt est pst calendar schedule zone difference hours",
  units: "unit units convert meter mile kilogram inch celsius conversion",
  medicine:
    "disease cancer tumor drug therapy patient clinical trial treatment symptom vaccine diagnosis medical health doctor hospital oncology prescription fda chemotherapy biomedical pubmed diseases illness cancers syndrome medication medicines dose side effects surgery clinic nurse pharma biotech infection virus covid flu diabetes heart alzheimer trials enrollment recruiting therapies treatments",
  genetics:
    "gene genome mutation variant dna rna protein sequence allele genomic crispr genes genetic mutations chromosome exome variants pathogenic brca clinvar pathway expression cell",
  chemistry:
    "molecule compound chemical reaction smiles pubchem element chemistry molecules formula acid catalyst material crystal polymer drug",
  space:
    "space nasa planet star satellite astronomy telescope orbit asteroid mars galaxy launch astronaut rocket spacex moon sun solar comet galaxies iss apollo hubble universe",
  environment:
    "air quality pollution emission carbon earthquake flood wildfire climate ocean environmental sustainability greenhouse emissions weather ozone aqi pm2 water forest biodiversity recycling disaster",
  energy:
    "electricity power grid solar wind battery meter energy tariff oil gas nuclear renewable utility kilowatt",
  agriculture: "crop farm soil harvest irrigation livestock agriculture",
  // Art and leisure
  art:
    "art artwork painting painter sculpture artist museum gallery exhibition portrait masterpiece collection antique craft culture paintings drawing artworks artists sculptures museums galleries metropolitan louvre vase ancient egyptian impressionist renaissance van gogh monet picasso exhibit department heritage",
  music:
    "music song melody beat tempo chord pitch rhythm bpm album artist playlist singer lyrics spotify tune songs musical genre band concert guitar piano drum composer harmony sing listen beats tracks tuning billboard grammy",
  audio:
    "audio sound wav mp3 recording podcast waveform noise frequency spectrum listen sounds volume sample acoustic microphone speaker speech wave decibel spectrogram clip duration",
  video:
    "video youtube transcript caption subtitle clip film footage vimeo watch lecture talk channel stream videos subtitles captions streaming speech tutorial ted vlogger shorts mp4 animation frame",
  movies:
    "movie film tv series actor director imdb cinema episode anime cast movies films drama comedy horror thriller oscar box office trailer rating watch netflix hollywood actress character",
  games:
    "game games gaming player champion hero quest level esports steam xbox playstation nintendo league match tournament skin character deck gamer play playing players gameplay strategy tier patch meta weapon armor boss map ranked season guild console lol legends valorant dota minecraft genshin fortnite lineup role",
  cards:
    "card cards deck yugioh pokemon magic hearthstone trading duel decks monster spell trap tcg collectible booster",
  chess: "chess pawn knight bishop rook checkmate opening fen pgn castling move board",
  sports:
    "football soccer basketball baseball tennis league fixture score team match nba nfl fifa olympics standings player coach game games championship tournament worldcup champion scorer fixtures schedule win athlete formula1 racing ufc golf cricket",
  photos:
    "photo image picture camera exif thumbnail crop resize png jpeg gallery visual photos images pictures jpg bitmap filter face portrait vision recognise caption describe base64",
  drawing:
    "draw drawing canvas paint sketch illustration rectangle shape brush pixel painter color circle square art image png",
  icons: "icon icons logo svg glyph symbol emoji iconography symbols glyphs pictogram favicon",
  design:
    "design figma layout color palette font mockup prototype typography sketch ui ux wireframe designer layer component visual brand",
  // Office
  documents:
    "document word docx paragraph heading letter essay resume margin footnote manuscript documents writeup bold italic headings footnotes header footer proposal",
  spreadsheets:
    "spreadsheet excel sheet xlsx cell row column workbook formula pivot csv table spreadsheets google sheets rows columns formulas chart cells tabular tables filter xls",
  slides:
    "presentation slide slides powerpoint ppt pptx deck slideshow keynote speaker presentations pitch talk bullet bullets theme layout",
  pdf: "pdf pdfs merge split watermark scan scanned combine",
  notes:
    "note notes notebook journal obsidian evernote markdown memo diary write zettelkasten record knowledge folder draft md personal",
  memory:
    "remember memory recall entity relation knowledge graph observation forget fact remembers recollect learned preference preferences entities relationships persist context conversation",
  charts:
    "chart plot graph visualization visualize bar pie scatter histogram radar axis distribution comparison funnel treemap heatmap boxplot sankey trend proportion charts plots plotting bars pies visualise visualizing dashboard infographic statistics word cloud wordcloud draw",
  diagrams:
    "diagram flowchart mermaid uml architecture sequence flow fishbone network organization diagrams flowcharts org chart er entityrelationship visualise render cause decision map hierarchy tree",
  mindmaps:
    "mindmap mind map brainstorm outline ideas branches mindmaps concept topics keypoints summarise markdown central",
  calendar:
    "calendar event meeting appointment schedule invite attendee agenda availability reminder meetings appointments reschedule busy slot date weekly daily holiday monday tuesday wednesday thursday friday saturday sunday",
  tasks:
    "todo checklist reminder deadline due subtask planner todos pending assign overdue progress approve subtasks",
  projects:
    "project sprint epic story backlog milestone kanban jira board roadmap assignee scrum projects issues tickets epics stories sprints milestones team linear asana trello monday",
  email:
    "email mail inbox gmail outlook smtp recipient newsletter sender reply emails mails send compose draft attachment cc bcc forward unread spam folder subject",
  messages:
    "message chat slack discord telegram whatsapp teams channel thread dm notify sms conversation emoji messages messaging text texting dms channels post send reply mention reaction announce workspace",
  meetings:
    "meeting zoom webinar call recording participant conference meetings webinars attendees transcript minutes host",
  telephony: "phone call voicemail sms dial caller twilio phones telephone calling",
  surveys:
    "survey form questionnaire response poll feedback surveys answers respondents typeform quiz",
  signatures:
    "signature sign signer envelope docusign contract agreement signing esign documents legally",
  // Business
  sales:
    "crm lead leads deal opportunity prospect pipeline customer contact account salesforce hubspot quota customers clients quote close revenue prospects territory",
  marketing:
    "campaign marketing advertising ad ads audience seo keyword conversion brand newsletter strategy campaigns branding promotion engagement growth positioning competitor visual",
  social:
    "twitter tweet facebook instagram linkedin reddit post follower hashtag weibo douyin tiktok bilibili zhihu social media tweets posts followers influencer timeline feed viral mastodon bluesky threads share",
  support:
    "ticket helpdesk customer agent zendesk complaint escalation customers tickets faq satisfaction chat escalations",
  hiring:
    "candidate hiring recruit interview resume applicant vacancy career cv candidates jobs applicants resumes cvs salary offer linkedin recruiter hire talent vacancies",
  staff:
    "employee salary payroll vacation leave staff hr onboarding shift timesheet employees timeoff manager directory workforce attendance",
  shipping:
    "shipment parcel shipping delivery carrier tracking label freight courier package ship packages parcels fedex ups dhl usps delivered express order logistics",
  warehouse: "inventory stock warehouse sku supplier purchase levels reorder goods",
  charity: "donation donor charity fundraising pledge nonprofit",
  tickets: "concert ticket venue festival seat",
  companies:
    "company corporation business firm industry enterprise startup competitor ceo founder companies corporate profile headquarter subsidiary merger acquisition products founders employees inc ltd corp organization",
  // Files and machines
  files:
    "file files folder directory path disk filesystem rename move copy save write read txt storage document saved folders filename extension paths subfolder desktop delete size md json csv",
  editing: "edit line lines replace insert editor patch modify append delete range",
  archives:
    "zip archive compress gzip tar unzip zipped compressed unpack decompress tarball backup",
  terminal:
    "terminal shell command bash execute script pid kill console cli system commands running processes install commandline ssh powershell linux ls grep port python session",
  browser:
    "browser click navigate page screenshot form button scroll hover tab website playwright puppeteer selenium login element site automation shop browsers webpage tabs submit search booking screenshots chrome firefox automate price online link links buy selector",
  scraping:
    "scrape crawl fetch url html webpage extract website link article markdown page site scraping crawler webpages websites download links blog parse",
  sitemaps: "sitemap site crawl architecture website",
  http: "http api endpoint rest webhook header json response",
  domains:
    "domain whois dns registrar nameserver tld hostname website owner registration ip domains url registered expiry site asn",
  network:
    "ip network port ping subnet vpn firewall traceroute asn networks ips wifi router dns latency bandwidth packet trace autonomous scan",
  security:
    "vulnerability security cve exploit leak malware risk scan threat attack audit advisory vulnerabilities scanning secure deprecated outdated safe safety hack breach hacker phishing risks severity cves owasp",
  secrets:
    "secret password credential vault token rotate encryption certificate passwords passphrase credentials keys tokens encrypt decrypt hash cryptographic hex",
  identity:
    "user role permission group login sso oauth authentication access account users signup signin permissions admin profile session mfa invite member",
  // Software
  git:
    "git commit branch merge checkout diff stash rebase staged unstaged repository log blame tag clone commits branches uncommitted repositories remote push pull conflict head history status file init",
  hosting:
    "github gitlab bitbucket repository pull issue fork star release repo developers opensource repositories contributors stars trending readme wiki code commit pr issues gist organization",
  ci: "pipeline workflow deploy actions runner artifact release",
  packages:
    "package npm pypi maven dependency version library yarn gradle pip registry bundle deps download downloads packages libraries dependencies versions outdated size license install vulnerabilities quality score weekly maintainer npmjs crates nuget rubygems module",
  docs:
    "documentation docs library api reference usage framework sdk nextjs react vue angular django tailwind tutorial guide readme howto manual method function parameter nodejs express fastapi langchain middleware hook configuration setup snippet version",
  components:
    "component components ui button modal tooltip navbar dialog frontend css tailwind react shadcn antd animation card input library material ant bootstrap chakra radix checkbox menu sidebar tabs toast hero website login theme",
  coding:
    "code function class bug debug refactor test programming python javascript typescript java algorithm script write coding programs bugs error errors library unit tests regex program rust golang cpp html css jwt api backend frontend server",
  contests:
    "leetcode contest submission algorithm challenge coding daily solution codeforces problems contests hackerrank solve medium hard rating streak user",
  sql:
    "sql database table query postgres mysql sqlite row column schema join migration databases tables queries insert update columns postgresql sqlserver oracle orm rows",
  nosql:
    "mongodb collection document aggregate redis cassandra dynamodb mongo documents collections firestore couchdb keyvalue cache ttl",
  vectors:
    "vector embedding similarity semantic pinecone qdrant chroma embeddings rag retrieve chunks nearest neighbor",
  warehouses: "bigquery snowflake warehouse dataset analytics etl partition",
  streams: "kafka topic queue message consumer producer stream event pubsub",
  containers:
    "docker container compose volume dockerfile registry containers dockercompose stack service port podman logs nginx deploy volumes",
  kubernetes:
    "kubernetes k8s pod namespace deployment helm kubectl cluster ingress replica pods deployments services nodes rollout yaml configmap secret statefulset",
  cloud:
    "aws azure gcp cloud instance vm server region bucket s3 lambda serverless terraform ec2 instances deploy hosting servers vercel netlify cloudflare heroku digitalocean autoscaling infrastructure provision cdn",
  monitoring:
    "metric monitor alert dashboard grafana prometheus datadog latency uptime log trace error sentry metrics alerts logs performance cpu usage memory errors slow health checks apm",
  incidents: "incident outage oncall pager escalation postmortem status",
  models:
    "llm model prompt ai openai claude gpt agent training inference huggingface neural dataset machine llms chatgpt gpt4 gemini mistral llama anthropic deep network transformer finetune cnn convolutional classifier chatbot artificial intelligence",
  speech:
    "speech voice transcribe audio tts text spoken transcribing dictate voices narrator speak whisper microphone",
  translation:
    "translate translation language localize multilingual translated english chinese spanish french german japanese korean languages bilingual",
  reasoning:
    "thinking thought reflection chain thoughts sequential reasoning solve complex analyze decision brainstorm break hypothesis",
  text:
    "text encode encoding base64 hash regex diff split count difference texts string characters words decode differences uppercase lowercase markdown html unicode",
  automation:
    "workflow automation trigger node n8n zapier schedule webhook integration automate automations workflows triggers actions recurring cron scheduled rpa pipeline zap nodes",
  devices:
    "device sensor iot mqtt firmware arduino robot printer devices sensors esp32 raspberry bluetooth",
  modelling: "3d model cad mesh blender render scene gltf",
};
