// Rows are `text => from..<to message`, several errors parted by ` ; `.

/// What is refused with every switch off.
let stableErrors = #"""
  # only a comment => 0..<16 no expression found in input
  $ => 0..<1 unexpected character: "$"
  a $ b => 2..<3 unexpected character: "$"
  a ~ b => 2..<3 unexpected character: "~"
  a ! b => 2..<3 unexpected character: "!"
  a = b => 2..<3 unexpected "="
  é => 0..<2 unexpected character: "é"
  a b => 2..<3 unexpected identifier "b"
  a 1 => 2..<3 unexpected number "1"
  1 a => 2..<3 unexpected identifier "a"
  a "x" => 2..<5 unexpected string "\"x\""
  ( => 0..<1 unclosed left parenthesis
  (a => 0..<1 unclosed left parenthesis
  a) => 1..<2 unexpected ")"
  ) => 0..<1 unexpected ")"
  () => 1..<2 unexpected ")"
  (a b) => 3..<4 unexpected identifier "b"
  ((a) + (b) => 0..<1 unclosed left parenthesis
  [5m] => 0..<1 unexpected "["
  a[ => 1..<2 unclosed left bracket
  a[5m => 1..<2 unclosed left bracket
  a[5m: => 1..<2 unclosed left bracket
  a[] => 2..<3 unexpected "]" in subquery or range selector, expected number, duration, step(), or range()
  a[x] => 2..<3 unexpected identifier "x" in subquery or range selector, expected number, duration, step(), or range()
  a[5m x] => 5..<6 unexpected identifier "x" in subquery or range, expected ":" or "]"
  a[5m:x] => 5..<6 unexpected identifier "x" in subquery selector, expected number, duration, step(), range(), or "]"
  a[5m:1m:1s] => 7..<8 unexpected ":" in subquery selector, expected "]"
  a["5m"] => 2..<6 unexpected string "\"5m\"" in subquery or range selector, expected number, duration, step(), or range()
  a[5m]] => 5..<6 unexpected "]"
  a[5m][1m] => 5..<9 ranges only allowed for vector selectors
  a[0] => 2..<3 duration must be greater than 0
  a[0s] => 2..<4 duration must be greater than 0
  a[-5m] => 2..<5 duration must be greater than 0
  a[5m:0] => 5..<6 duration must be greater than 0
  a[5m:-1s] => 5..<8 duration must be greater than 0
  a[1m30m] => 2..<7 not a valid duration string: "1m30m"
  a[5x] => 2..<4 bad number or duration syntax: "5x"
  a[5.5m] => 2..<6 bad number or duration syntax: "5.5m"
  a[300y] => 2..<6 duration out of range
  a[1e20] => 2..<6 duration out of range
  a[5m5m] => 2..<6 not a valid duration string: "5m5m"
  (a)[5m] => 3..<7 ranges only allowed for vector selectors
  1[5m] => 1..<5 ranges only allowed for vector selectors
  "x"[5m] => 3..<7 ranges only allowed for vector selectors
  vector(1)[5m] => 9..<13 ranges only allowed for vector selectors
  sum(a)[5m] => 6..<10 ranges only allowed for vector selectors
  a offset 1m [5m] => 12..<16 no offset modifiers allowed before range
  a @ 1 [5m] => 6..<10 no @ modifiers allowed before range
  1[5m:] => 0..<6 subquery is only allowed on instant vector, got scalar instead
  "x"[5m:] => 0..<8 subquery is only allowed on instant vector, got string instead
  a[5m][1h:] => 0..<10 subquery is only allowed on instant vector, got range vector instead
  a offset => 8..<8 unexpected end of input in offset, expected number, duration, step(), or range()
  a offset b => 9..<10 unexpected identifier "b" in offset, expected number, duration, step(), or range()
  a offset 1m offset 2m => 0..<21 offset may not be set multiple times
  a offset "5m" => 9..<13 unexpected string "\"5m\"" in offset, expected number, duration, step(), or range()
  a offset - => 10..<10 unexpected end of input in offset, expected number, duration, step(), or range()
  1 offset 5m => 0..<1 offset modifier must be preceded by an instant vector selector or range vector selector or a subquery
  (a) offset 5m => 0..<3 offset modifier must be preceded by an instant vector selector or range vector selector or a subquery
  rate(a[5m]) offset 5m => 0..<11 offset modifier must be preceded by an instant vector selector or range vector selector or a subquery
  (a + b) offset 1m => 0..<7 offset modifier must be preceded by an instant vector selector or range vector selector or a subquery
  a @ => 3..<3 unexpected end of input in @, expected timestamp
  a @ b => 4..<5 unexpected identifier "b" in @, expected timestamp
  a @ start => 9..<9 unexpected end of input in @, expected "()"
  a @ start( => 10..<10 unexpected end of input in @, expected "()"
  a @ start(1) => 10..<11 unexpected number "1" in @, expected "()"
  a @ NaN => 4..<7 timestamp out of bounds for @ modifier: NaN
  a @ Inf => 4..<7 timestamp out of bounds for @ modifier: Inf
  a @ 1e300 => 4..<9 timestamp out of bounds for @ modifier: 1e300
  a @ 1 @ 2 => 0..<9 @ <timestamp> may not be set multiple times
  a @ start() @ end() => 0..<19 @ <timestamp> may not be set multiple times
  1 @ 2 => 0..<1 @ modifier must be preceded by an instant vector selector or range vector selector or a subquery
  sum(a) @ 2 => 0..<6 @ modifier must be preceded by an instant vector selector or range vector selector or a subquery
  a @ - => 5..<5 unexpected end of input in @, expected timestamp
  a{ => 2..<2 unexpected end of input inside braces
  a{job => 5..<5 unexpected end of input inside braces
  a{job= => 6..<6 unexpected end of input inside braces
  a{job="x" => 9..<9 unexpected end of input inside braces
  a{job="x", => 10..<10 unexpected end of input inside braces
  a{,} => 2..<3 unexpected "," in label matching, expected identifier or "}"
  a{job="x",,} => 10..<11 unexpected "," in label matching, expected identifier or "}"
  a{job} => 5..<6 unexpected "}" in label matching, expected label matching operator
  a{"job"=} => 8..<9 unexpected "}" in label matching, expected string
  a{job=x} => 6..<7 unexpected identifier "x" in label matching, expected string
  a{job=1} => 6..<7 unexpected character inside braces: "1"
  a{job=="x"} => 6..<7 unexpected "=" in label matching, expected string
  a{job>"x"} => 5..<6 unexpected character inside braces: ">"
  a{job="x" env="y"} => 10..<13 unexpected identifier "env" in label matching, expected "," or "}"
  a{job="x"; env="y"} => 9..<10 unexpected character inside braces: ";"
  a{1="x"} => 2..<3 unexpected character inside braces: "1"
  a{a:b="x"} => 3..<4 unexpected character inside braces: ":"
  a{job=~"("} => 7..<10 error parsing regexp: missing closing ): `(`
  a{job=~"(",env!~"[a"} => 7..<10 error parsing regexp: missing closing ): `(` ; 16..<20 error parsing regexp: missing closing ]: `[a`
  a{job=~"a**"} => 7..<12 error parsing regexp: invalid nested repetition operator: `**`
  a} => 1..<2 unexpected "}"
  {} => 0..<2 vector selector must contain at least one non-empty matcher
  {job=""} => 0..<8 vector selector must contain at least one non-empty matcher
  {job=~".*"} => 0..<11 vector selector must contain at least one non-empty matcher
  {job=~".*",env=""} => 0..<18 vector selector must contain at least one non-empty matcher
  {job!="x"} => 0..<10 vector selector must contain at least one non-empty matcher
  a{__name__="b"} => 0..<15 metric name must not be set twice: "a" or "b"
  a{"b"} => 0..<6 metric name must not be set twice: "a" or "b"
  a{__name__=~"b"} => 0..<16 metric name must not be set twice: "a" or "b"
  on => 0..<2 unexpected <on>
  bool => 0..<4 unexpected <bool>
  ignoring + 1 => 0..<8 unexpected <ignoring>
  group_left => 0..<10 unexpected <group_left>
  atan2 => 0..<5 unexpected <op:atan2> ; 5..<5 unexpected end of input
  "abc => 0..<4 unterminated quoted string
  'abc => 0..<4 unterminated quoted string
  `abc => 0..<4 unterminated raw string
  "abc\ => 0..<5 unterminated quoted string
  "\q" => 1..<3 unknown escape sequence \q
  "\xg0" => 1..<4 illegal character "g" in escape sequence
  "\x4" => 1..<4 escape sequence not terminated
  "\400" => 1..<5 escape sequence is an invalid Unicode code point
  "\ud800" => 1..<7 escape sequence is an invalid Unicode code point
  "\UFFFFFFFF" => 1..<11 escape sequence is an invalid Unicode code point
  "\'" => 1..<3 unknown escape sequence \'
  '\"' => 1..<3 unknown escape sequence \"
  "\xff" => 0..<6 string "\xff" is not valid UTF-8
  "a\xc5z" + 1 => 0..<8 string "a\xc5z" is not valid UTF-8
  1 + => 3..<3 unexpected end of input
  * 1 => 0..<1 unexpected <op:*>
  a + => 3..<3 unexpected end of input
  a + * b => 4..<5 unexpected <op:*>
  a and => 5..<5 unexpected end of input
  a == == b => 5..<7 unexpected <op:==>
  1 + "x" => 4..<7 binary expression must contain only scalar and instant vector types
  "x" + 1 => 0..<3 binary expression must contain only scalar and instant vector types
  "x" == "x" => 0..<3 binary expression must contain only scalar and instant vector types
  a[5m] + 1 => 0..<5 binary expression must contain only scalar and instant vector types
  1 + a[5m] => 4..<9 binary expression must contain only scalar and instant vector types
  -"x" => 0..<4 unary expression only allowed on expressions of type scalar or instant vector, got "string"
  -a[5m] => 0..<6 unary expression only allowed on expressions of type scalar or instant vector, got "range vector"
  1 == 1 => 2..<4 comparisons between scalars must use BOOL modifier
  1 < 2 > 3 => 2..<3 comparisons between scalars must use BOOL modifier ; 6..<7 comparisons between scalars must use BOOL modifier
  1 > bool 2 > 3 => 11..<12 comparisons between scalars must use BOOL modifier
  a + bool b => 2..<8 bool modifier can only be used on comparison operators
  a and bool b => 2..<10 bool modifier can only be used on comparison operators
  1 + bool 2 => 2..<8 bool modifier can only be used on comparison operators
  1 and 2 => 0..<7 set operator "and" not allowed in binary scalar expression
  a and 1 => 0..<7 set operator "and" not allowed in binary scalar expression
  1 or a => 0..<6 set operator "or" not allowed in binary scalar expression
  a + on b => 7..<8 unexpected identifier "b" in grouping opts, expected "("
  a + on( b => 6..<7 unclosed left parenthesis ; 9..<9 unexpected end of input
  a + on(x b => 6..<7 unclosed left parenthesis ; 9..<10 unexpected identifier "b" in grouping opts, expected "," or ")" ; 10..<10 unexpected end of input
  a + on(x] b => 8..<9 unexpected "]" in grouping opts, expected "," or ")"
  a + on(1) b => 7..<8 unexpected number "1" in grouping opts, expected label
  a + on("") b => 7..<9 invalid label name for grouping: ""
  a + on(x) on(y) b => 10..<12 unexpected <on>
  a + on(x,,y) b => 9..<10 unexpected "," in grouping opts, expected label
  a + on(,) b => 7..<8 unexpected "," in grouping opts, expected label
  a + group_left b => 4..<14 unexpected <group_left>
  a + group_left(x) b => 4..<14 unexpected <group_left>
  a + on(x) group_left(x) b => 2..<23 label "x" must not occur in ON and GROUP clause at once
  a + on(x) group_left(y,x) b => 2..<25 label "x" must not occur in ON and GROUP clause at once
  a and on(x) group_left b => 0..<24 no grouping allowed for "and" operation
  a or on(x) group_right(y) b => 0..<27 no grouping allowed for "or" operation
  1 + on(x) 2 => 0..<11 vector matching only allowed between instant vectors
  a + on(x) 2 => 0..<11 vector matching only allowed between instant vectors
  a + on(x) group_left(y) 2 => 0..<25 vector matching only allowed between instant vectors
  sum( => 3..<4 unclosed left parenthesis
  sum() => 0..<5 no arguments for aggregate expression provided
  sum(a, b) => 0..<9 wrong number of arguments for aggregate expression provided, expected 1, got 2
  sum(a,) => 5..<6 trailing commas not allowed in function call args
  sum(,a) => 4..<5 unexpected ","
  sum("x") => 4..<7 expected type instant vector in aggregation expression, got string
  sum(1) => 4..<5 expected type instant vector in aggregation expression, got scalar
  sum(a[5m]) => 4..<9 expected type instant vector in aggregation expression, got range vector
  sum by => 6..<6 unexpected end of input in grouping opts, expected "("
  sum by x (a) => 7..<8 unexpected identifier "x" in grouping opts, expected "("
  sum by (x) => 10..<10 unexpected end of input in aggregation, expected "("
  sum by (x) a => 11..<12 unexpected identifier "a" in aggregation, expected "("
  sum by (x) (a) by (y) => 15..<17 unexpected <by>
  sum(a) by x => 10..<11 unexpected identifier "x" in grouping opts, expected "("
  sum by (x y) (a) => 10..<11 unexpected identifier "y" in grouping opts, expected "," or ")"
  sum by (x] (a) => 9..<10 unexpected "]" in grouping opts, expected "," or ")"
  sum by (] (a) => 8..<9 unexpected "]" in grouping opts, expected label
  sum by (1) (a) => 8..<9 unexpected number "1" in grouping opts, expected label
  sum by ("") (a) => 8..<10 invalid label name for grouping: ""
  sum by (x => 7..<8 unclosed left parenthesis ; 9..<9 unexpected end of input in aggregation, expected "("
  topk(a) => 0..<7 wrong number of arguments for aggregate expression provided, expected 2, got 1
  topk(3) => 0..<7 wrong number of arguments for aggregate expression provided, expected 2, got 1
  topk("x", a) => 5..<8 expected type scalar in aggregation parameter, got string
  topk(a, 3) => 5..<6 expected type scalar in aggregation parameter, got instant vector ; 8..<9 expected type instant vector in aggregation expression, got scalar
  topk(3, a, b) => 0..<13 wrong number of arguments for aggregate expression provided, expected 2, got 3
  count_values(1, a) => 13..<14 expected type string in aggregation parameter, got scalar
  count_values("", a) => 13..<15 invalid label name ""
  count_values("a\xc5z", a) => 13..<21 invalid label name "a\xc5z"
  quantile(0.9) => 0..<13 wrong number of arguments for aggregate expression provided, expected 2, got 1
  rte(a[5m]) => 0..<3 unknown function with name "rte"; did you mean "rate"?
  rte(1 +, "x" + 1) => 0..<3 unknown function with name "rte"; did you mean "rate"? ; 7..<8 unexpected "," ; 9..<12 binary expression must contain only scalar and instant vector types
  summ(a) => 0..<4 unknown function with name "summ"; did you mean "sum"?
  nosuchfunctionatall() => 0..<19 unknown function with name "nosuchfunctionatall"
  Rate(a[5m]) => 0..<4 unknown function with name "Rate"; did you mean "rate"?
  rate( => 4..<5 unclosed left parenthesis
  rate() => 0..<6 expected 1 argument(s) in call to "rate", got 0
  rate(a) => 5..<6 expected type range vector in call to function "rate", got instant vector
  rate(a[5m], 1) => 0..<14 expected 1 argument(s) in call to "rate", got 2
  rate(a[5m],) => 10..<11 trailing commas not allowed in function call args
  rate(sum(a)) => 5..<11 expected type range vector in call to function "rate", got instant vector
  rate(1) => 5..<6 expected type range vector in call to function "rate", got scalar
  rate(a[5m] => 4..<5 unclosed left parenthesis
  time(1) => 0..<7 expected 0 argument(s) in call to "time", got 1
  abs() => 0..<5 expected 1 argument(s) in call to "abs", got 0
  abs(1) => 4..<5 expected type instant vector in call to function "abs", got scalar
  abs(a, b) => 0..<9 expected 1 argument(s) in call to "abs", got 2
  round() => 0..<7 expected at least 1 argument(s) in call to "round", got 0
  round(a, 1, 2) => 0..<14 expected at most 2 argument(s) in call to "round", got 3
  round(a, b) => 9..<10 expected type scalar in call to function "round", got instant vector
  hour(1) => 5..<6 expected type instant vector in call to function "hour", got scalar
  label_join(a) => 0..<13 expected at least 3 argument(s) in call to "label_join", got 1
  label_join(a, "x", 1) => 19..<20 expected type string in call to function "label_join", got scalar
  label_join(a, "x", ",", 1, b) => 24..<25 expected type string in call to function "label_join", got scalar ; 27..<28 expected type string in call to function "label_join", got instant vector
  label_replace(a, "x", "y", "z") => 0..<31 expected 5 argument(s) in call to "label_replace", got 4
  clamp(1, a, a) => 6..<7 expected type instant vector in call to function "clamp", got scalar ; 9..<10 expected type scalar in call to function "clamp", got instant vector ; 12..<13 expected type scalar in call to function "clamp", got instant vector
  scalar(1) => 7..<8 expected type instant vector in call to function "scalar", got scalar
  vector(a) => 7..<8 expected type scalar in call to function "vector", got instant vector
  histogram_quantile(a, a) => 19..<20 expected type scalar in call to function "histogram_quantile", got instant vector
  predict_linear(a, 1) => 15..<16 expected type range vector in call to function "predict_linear", got instant vector
  rate(a[5m]) rate(b[5m]) => 12..<16 unexpected identifier "rate"
  rate(x[5m] y) + abs("z") + foo("a") => 11..<12 unexpected identifier "y" in function call, expected "," or ")" ; 20..<23 expected type instant vector in call to function "abs", got string ; 27..<30 unknown function with name "foo"
  rte(a) + rtee(b) * abs(1) => 0..<3 unknown function with name "rte"; did you mean "rate"? ; 9..<13 unknown function with name "rtee" ; 23..<24 expected type instant vector in call to function "abs", got scalar
  sum(rte(a)) + sum by (x) (1) => 4..<7 unknown function with name "rte"; did you mean "rate"? ; 26..<27 expected type instant vector in aggregation expression, got scalar
  5mm => 0..<3 bad number or duration syntax: "5mm"
  5m5 => 0..<3 bad number or duration syntax: "5m5"
  1..2 => 0..<4 bad number or duration syntax: "1..2"
  1.2.3 => 0..<5 bad number or duration syntax: "1.2.3"
  1__0 => 0..<4 bad number or duration syntax: "1__0"
  1_ => 0..<2 bad number or duration syntax: "1_"
  0x => 0..<2 bad number or duration syntax: "0x"
  0xg => 0..<3 bad number or duration syntax: "0xg"
  1e => 0..<2 bad number or duration syntax: "1e"
  1e+ => 0..<3 bad number or duration syntax: "1e+"
  1e400 => 0..<5 number out of range: "1e400"
  5ms5 => 0..<4 bad number or duration syntax: "5ms5"
  12abc => 0..<5 bad number or duration syntax: "12abc"
  1_000_ => 0..<6 bad number or duration syntax: "1_000_"
  up{"__name__"!="x",} => 0..<20 metric name must not be set twice: "up" or "x"
  {__name__=""} => 0..<13 vector selector must contain at least one non-empty matcher
  """#

/// What is refused for a switch that is off.
let disabledErrors = #"""
  info(a) => 0..<4 function "info" is not enabled; it is experimental and needs the feature promql-experimental-functions
  limitk(1, a) => 0..<6 aggregation "limitk" is not enabled; it is experimental and needs the feature promql-experimental-functions
  limit_ratio(1, a) => 0..<11 aggregation "limit_ratio" is not enabled; it is experimental and needs the feature promql-experimental-functions
  min_of(1, 2) => 0..<6 function "min_of" is not enabled; it is experimental and needs the feature promql-experimental-functions
  start() => 0..<5 function "start" is not enabled; it is experimental and needs the feature promql-experimental-functions
  mad_over_time(a[5m]) => 0..<13 function "mad_over_time" is not enabled; it is experimental and needs the feature promql-experimental-functions
  sort_by_label(a, "x") => 0..<13 function "sort_by_label" is not enabled; it is experimental and needs the feature promql-experimental-functions
  a[5m * 2] => 2..<8 duration expression is not enabled; it is experimental and needs the feature promql-duration-expr
  a[step()] => 2..<8 duration expression is not enabled; it is experimental and needs the feature promql-duration-expr
  a[(5m)] => 2..<6 duration expression is not enabled; it is experimental and needs the feature promql-duration-expr
  a[5m:1m + 1s] => 5..<12 duration expression is not enabled; it is experimental and needs the feature promql-duration-expr
  a offset (5m) => 9..<13 duration expression is not enabled; it is experimental and needs the feature promql-duration-expr
  a offset step() => 9..<15 duration expression is not enabled; it is experimental and needs the feature promql-duration-expr
  a[min_of(1m, 2m)] => 2..<16 duration expression is not enabled; it is experimental and needs the feature promql-duration-expr
  rate(a[5m] anchored) => 11..<19 anchored modifier is not enabled; it is experimental and needs the feature promql-extended-range-selectors
  a smoothed => 2..<10 smoothed modifier is not enabled; it is experimental and needs the feature promql-extended-range-selectors
  a + fill(0) b => 4..<11 fill modifier is not enabled; it is experimental and needs the feature promql-binop-fill-modifiers
  a + fill_left(1) fill_right(2) b => 4..<30 fill modifier is not enabled; it is experimental and needs the feature promql-binop-fill-modifiers
  rate(a[5m * 2] smoothed) + fill(0) info(b) => 7..<13 duration expression is not enabled; it is experimental and needs the feature promql-duration-expr ; 15..<23 smoothed modifier is not enabled; it is experimental and needs the feature promql-extended-range-selectors ; 27..<34 fill modifier is not enabled; it is experimental and needs the feature promql-binop-fill-modifiers ; 35..<39 function "info" is not enabled; it is experimental and needs the feature promql-experimental-functions
  """#

/// What is refused with every switch on.
let experimentalErrors = #"""
  a[5m * ] => 7..<8 unexpected "]" in subquery or range selector, expected number, duration, step(), or range()
  a[* 5m] => 2..<3 unexpected <op:*> in subquery or range selector, expected number, duration, step(), or range()
  a[5m / 0] => 5..<6 division by zero
  a[5m % 0s] => 5..<6 modulo by zero
  a[step] => 6..<7 unexpected "]" in duration expression, expected "("
  a[step(] => 7..<8 unexpected "]" in duration expression, expected ")"
  a[step(1)] => 7..<8 unexpected number "1" in duration expression, expected ")"
  a[range] => 7..<8 unexpected "]" in duration expression, expected "("
  a[min_of(1m)] => 11..<12 unexpected ")" in duration expression, expected ","
  a[min_of(1m, 2m, 3m)] => 15..<16 unexpected "," in duration expression, expected ")"
  a[min_of 1m] => 9..<11 unexpected duration "1m" in duration expression, expected "("
  a[foo()] => 2..<5 unexpected identifier "foo" in subquery or range selector, expected number, duration, step(), or range()
  a[(5m] => 5..<6 unexpected "]" in subquery or range selector, expected ")"
  a[5m)] => 4..<5 unexpected ")" in subquery or range, expected ":" or "]"
  a[5m == 1m] => 5..<7 unexpected <op:==> in subquery or range, expected ":" or "]"
  a offset (5m => 9..<10 unclosed left parenthesis
  a offset min_of(1m) => 18..<19 unexpected ")" in duration expression, expected ","
  a offset foo => 9..<12 unexpected identifier "foo" in offset, expected number, duration, step(), or range()
  a offset (1m / 0) => 13..<14 division by zero
  deriv(a[5m] anchored) => 6..<20 anchored modifier can only be used with: changes, delta, increase, rate, resets - not with deriv
  resets(a[5m] smoothed) => 7..<21 smoothed modifier can only be used with: delta, increase, rate - not with resets
  rate(a[5m] anchored smoothed) => 20..<28 anchored and smoothed modifiers cannot be used together
  rate(a[5m:] anchored) => 5..<11 anchored modifier must be preceded by an instant vector selector or range vector selector
  sum(a) smoothed => 0..<6 smoothed modifier must be preceded by an instant vector selector or range vector selector
  1 anchored => 0..<1 anchored modifier must be preceded by an instant vector selector or range vector selector
  a + fill() b => 9..<10 unexpected ")" in fill modifier, expected number
  a + fill(x) b => 9..<10 unexpected identifier "x" in fill modifier, expected number
  a + fill("x") b => 9..<12 unexpected string "\"x\"" in fill modifier, expected number
  a + fill(1, 2) b => 10..<11 unexpected "," in fill modifier, expected ")"
  a + fill(1) fill(2) b => 16..<17 unexpected "("
  a and fill(0) b => 0..<15 filling in missing series not allowed for set operators
  1 + fill(0) 2 => 0..<13 filling in missing series only allowed between instant vectors
  a + fill(0) 2 => 0..<13 filling in missing series only allowed between instant vectors
  a + fill_left(0) group_left b => 17..<27 unexpected <group_left>
  a + fill(1 => 8..<9 unclosed left parenthesis ; 10..<10 unexpected end of input
  fill(1) => 4..<5 unexpected "("
  info(a, b) => 8..<9 expected label selectors only, got vector selector instead
  info(a, {x="1"}, 1) => 0..<19 expected at most 2 argument(s) in call to "info", got 3 ; 17..<18 expected type instant vector in call to function "info", got scalar
  info(a, 1) => 8..<9 expected type instant vector in call to function "info", got scalar ; 8..<9 expected label selectors only
  info(a, (b)) => 8..<11 expected label selectors only
  info(a, b + c) => 8..<13 expected label selectors only
  info(1) => 5..<6 expected type instant vector in call to function "info", got scalar
  abs({}) => 4..<6 vector selector must contain at least one non-empty matcher
  histogram_quantiles(a, "q") => 0..<27 expected at least 3 argument(s) in call to "histogram_quantiles", got 2
  histogram_quantiles(a, "q", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) => 0..<62 expected at most 12 argument(s) in call to "histogram_quantiles", got 13
  histogram_quantiles(a, "q", b) => 28..<29 expected type scalar in call to function "histogram_quantiles", got instant vector
  min_of(1) => 0..<9 expected 2 argument(s) in call to "min_of", got 1
  min_of(a, 1) => 7..<8 expected type scalar in call to function "min_of", got instant vector
  limitk(a, 1) => 7..<8 expected type scalar in aggregation parameter, got instant vector ; 10..<11 expected type instant vector in aggregation expression, got scalar
  a </ bool 2 => 2..<9 bool modifier can only be used on comparison operators
  """#
