/** What stands where a value will be put: `${NAME}`, `$(NAME)`, `{{name}}`, `<YOUR_KEY>`, `!Ref`. */
const MARKED =
  /^\$?\{\{?[^{}]*\}?\}|^\$\(|^<[^<>]*>$|^%[({]|^%\w+%$|^![A-Za-z]+$|^(?:Bearer |Basic |Token )?(?:\$(?!\w{1,12}\$)|\*{3}|<)|x{6}|X{6}|^[A-Z]+(?:_[A-Z]+)+$|(?:^|_)(?:YOUR|HERE|CHANGE_?ME)(?:_|$)/;
/** Words that tell the reader to put something in, or that it is made up; nothing but words joined. */
const TELLING =
  /^(?:(?:your|replace|insert|enter|put|add|my)[_.-](?=[A-Za-z_.-]*(?:key|token|secret|pass|credential|value|here|me$))[A-Za-z_.-]+|[A-Za-z_.-]+[_.-]here|replace_?me|placeholder|dummy|fake|examples?|sample|redacted)$/i;

/** Whether a value only stands for one: it is marked so, or its words say so and it has nothing else. */
export function isPlaceholder(value: string): boolean {
  return MARKED.test(value) || TELLING.test(value);
}
