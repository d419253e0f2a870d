// Rows are `text => canonical notation`.

/// What Prometheus accepts without any feature flag.
let stableNotation = #"""
  1 => 1
  1.5 => 1.5
  .5 => 0.5
  1. => 1
  1e3 => 1000
  1E+3 => 1000
  1e-3 => 0.001
  1.e2 => 100
  0x1f => 31
  0XAB => 171
  0xe => 14
  0x1e => 30
  017 => 15
  089 => 89
  00 => 0
  1_000 => 1000
  1_000.5e1_0 => 10005000000000
  0x_1F => 31
  +Inf => Inf
  -inf => -Inf
  INF => Inf
  nan => NaN
  NaN => NaN
  -0 => -0
  -1 => -1
  --1 => 1
  +-1 => -1
  5m => 300
  1h30m => 5400
  1d => 86400
  1w => 604800
  1y2w3d4h5m6s7ms => 33019506.007
  0s => 0
  123456789012345678901234567890 => 123456789012345680000000000000
  0.1 => 0.1
  100000000000000000000000 => 100000000000000000000000
  1e-7 => 0.0000001
  9223372036854775807 => 9223372036854776000
  9223372036854775808 => 9223372036854776000
  -(1) => -(1)
  "a" => "a"
  'a' => "a"
  `a` => "a"
  "a\"b" => "a\"b"
  'a\'b' => "a'b"
  `a\n"b` => "a\\n\"b"
  "\a\b\f\n\r\t\v\\" => "\x07\x08\x0c\n\r\t\x0b\\"
  "\101\x41\u0041\U00000041" => "AAAA"
  "é\u00e9" => "éé"
  "\xc3\xa9" => "é"
  "\u00a0" => " "
  "" => ""
  up => up
  job:up:sum => job:up:sum
  :x => :x
  _ => _
  {__name__="up"} => up
  {"up"} => up
  {'up'} => up
  {"my.metric"} => {__name__="my.metric"}
  {"my.metric", job="api"} => {__name__="my.metric",job="api"}
  {"my.metric", "my.label"="x"} => {"my.label"="x",__name__="my.metric"}
  {job="api"} => {job="api"}
  up{} => up
  up{job="api"} => up{job="api"}
  up{job="api",} => up{job="api"}
  up{ job = "api" , env != 'x' } => up{env!="x",job="api"}
  up{job=~"a.*",env!~"b|c"} => up{env!~"b|c",job=~"a.*"}
  up{z="1",a="2"} => up{a="2",z="1"}
  up{job="a",job="b"} => up{job="a",job="b"}
  up{job="",env=""} => up{env="",job=""}
  {job=~".+"} => {job=~".+"}
  {job!=""} => {job!=""}
  {__name__=~"a|b"} => {__name__=~"a|b"}
  {__name__="a",__name__!="b"} => {__name__!="b",__name__="a"}
  {__name__=~"a",__name__=~"b"} => {__name__=~"a",__name__=~"b"}
  {"a","b"} => {__name__="a",__name__="b"}
  up{"job"="api"} => up{job="api"}
  up{'job'=`api`} => up{job="api"}
  {"up",} => up
  {__name__="",job="a"} => {__name__="",job="a"}
  up{on="a",by="b",sum="c",bool="d",offset="e",inf="f"} => up{bool="d",by="b",inf="f",offset="e",on="a",sum="c"}
  up{job="a\"b\\c\nd"} => up{job="a\"b\\c\nd"}
  UP => UP
  {__name__="sum"} => sum
  {__name__="on"} => {__name__="on"}
  {__name__="BOOL"} => {__name__="BOOL"}
  {__name__="inf"} => {__name__="inf"}
  {__name__="by"} => by
  {__name__="fill"} => fill
  {__name__="atan2"} => {__name__="atan2"}
  {__name__="1up"} => {__name__="1up"}
  sum => sum
  sum + avg => sum + avg
  by => by
  without => without
  offset => offset
  offset offset 5m => offset offset 5m
  and => and
  or or or => or or or
  unless => unless
  start => start
  end{a="b"} => end{a="b"}
  step => step
  range => range
  min_of => min_of
  anchored => anchored
  fill => fill
  fill + fill => fill + fill
  count_values{x="1"} => count_values{x="1"}
  topk / bottomk => topk / bottomk
  limitk => limitk
  on_call => on_call
  group_left_x => group_left_x
  Sum{a="1"} => Sum{a="1"}
  sum[5m] => sum[5m]
  quantile offset 1m => quantile offset 1m
  smoothed => smoothed
  up[5m] => up[5m]
  up[300] => up[5m]
  up[0.5] => up[500ms]
  up[1h30m] => up[1h30m]
  up{job="a"}[5m] => up{job="a"}[5m]
  up [ 5m ] => up[5m]
  up offset 5m => up offset 5m
  up offset -5m => up offset -5m
  up offset +5m => up offset 5m
  up offset 300 => up offset 5m
  up offset -0.5 => up offset -500ms
  up offset 0s => up
  up offset 0 => up
  up[5m] offset 1w => up[5m] offset 1w
  up offset 1y => up offset 1y
  up @ 1 => up @ 1.000
  up @ 1.5 => up @ 1.500
  up @ -1.5 => up @ -1.500
  up @ +7 => up @ 7.000
  up @ 1609746000 => up @ 1609746000.000
  up @ 1e9 => up @ 1000000000.000
  up @ 5m => up @ 300.000
  up @ start() => up @ start()
  up @ end() => up @ end()
  up @ START() => up @ start()
  up @ 1 offset 5m => up @ 1.000 offset 5m
  up offset 5m @ 1 => up @ 1.000 offset 5m
  up[5m] @ end() offset 1m => up[5m] @ end() offset 1m
  up[5m] offset 1m @ end() => up[5m] @ end() offset 1m
  up[5m:] => up[5m:]
  up[5m:1m] => up[5m:1m]
  up[5m:30] => up[5m:30s]
  up[300:1m] => up[5m:1m]
  up[5m : 1m] => up[5m:1m]
  up[5m:] offset 1m => up[5m:] offset 1m
  up[5m:] @ 3 offset 1m => up[5m:] @ 3.000 offset 1m
  up offset 1m [5m:] => up offset 1m[5m:]
  up @ 3 [5m:] => up @ 3.000[5m:]
  rate(up[5m])[10m:1m] => rate(up[5m])[10m:1m]
  (a + b)[5m:] => (a + b)[5m:]
  sum(up)[5m:1m] => sum(up)[5m:1m]
  rate(up[5m])[1h:] offset 1d => rate(up[5m])[1h:] offset 1d
  max_over_time(rate(up[5m])[1h:1m]) => max_over_time(rate(up[5m])[1h:1m])
  up[1ms] => up[1ms]
  up[1h1ms] => up[1h1ms]
  up[1w1d] => up[8d]
  up[10d] => up[10d]
  up[90m] => up[1h30m]
  up[36h] => up[1d12h]
  1 + 2 => 1 + 2
  1+2*3 => 1 + 2 * 3
  (1+2)*3 => (1 + 2) * 3
  1 - 2 - 3 => 1 - 2 - 3
  1 - (2 - 3) => 1 - (2 - 3)
  2 ^ 3 ^ 4 => 2 ^ 3 ^ 4
  (2 ^ 3) ^ 4 => (2 ^ 3) ^ 4
  -1 ^ 2 => -1 ^ 2
  -a ^ b => -a ^ b
  (-a) ^ b => (-a) ^ b
  2 ^ -1 => 2 ^ -1
  2 ^ -a * 3 => 2 ^ -a * 3
  2 ^ -a ^ 3 => 2 ^ -a ^ 3
  -a * b => -a * b
  - a + b => -a + b
  a + -b => a + -b
  a - -b => a - -b
  a --b => a - -b
  +a => +a
  -+a => -+a
  --a => --a
  -(a) => -(a)
  -sum(a) => -sum(a)
  a + b * c ^ d => a + b * c ^ d
  a or b and c => a or b and c
  a and b or c => a and b or c
  a unless b and c => a unless b and c
  a == b + c => a == b + c
  a + b == c => a + b == c
  a % b / c => a % b / c
  a atan2 b => a atan2 b
  a ATAN2 b * c => a atan2 b * c
  a AND b => a and b
  a Or b => a or b
  a == bool b => a == bool b
  a > bool 1 => a > bool 1
  1 > bool 2 => 1 > bool 2
  1 == bool 1 + 1 => 1 == bool 1 + 1
  a != 1 => a != 1
  a >= 1 <= 5 => a >= 1 <= 5
  a < b > c => a < b > c
  a % 2 => a % 2
  a + on(x) b => a + on (x) b
  a + on(x,y,) b => a + on (x, y) b
  a + on() b => a + on () b
  a + ON (x) b => a + on (x) b
  a + ignoring(x) b => a + ignoring (x) b
  a + ignoring() b => a + b
  a * on(x) group_left b => a * on (x) group_left () b
  a * on(x) group_left() b => a * on (x) group_left () b
  a * on(x) group_left(y) b => a * on (x) group_left (y) b
  a * on(x) group_right(y,z) b => a * on (x) group_right (y, z) b
  a * ignoring(x) group_right b => a * ignoring (x) group_right () b
  a * ignoring() group_left b => a * ignoring () group_left () b
  a * on(x) group_left (y) (b) => a * on (x) group_left (y) (b)
  a == bool on(x) b => a == bool on (x) b
  a and on(x) b => a and on (x) b
  a or ignoring(x) b => a or ignoring (x) b
  a unless on() b => a unless on () b
  a + on("my.label", 'é') b => a + on ("my.label", "é") b
  a + on(sum, by, on, bool, offset, atan2, start, and, group_left, fill) b => a + on (sum, by, on, bool, offset, atan2, start, and, group_left, fill) b
  a + on(a:b) b => a + on ("a:b") b
  1 + on() 2 => 1 + 2
  a + on() 1 => a + 1
  a * on(x) group_left(y) b * on(x) c => a * on (x) group_left (y) b * on (x) c
  a+b-c*d/e%f^g==h and i or j unless k => a + b - c * d / e % f ^ g == h and i or j unless k
  vector(1) + vector(2) => vector(1) + vector(2)
  1 + time() => 1 + time()
  -time() => -time()
  a > 1 or b < 2 => a > 1 or b < 2
  sum(a) => sum(a)
  SUM(a) => sum(a)
  sum by (x) (a) => sum by (x) (a)
  sum by(x)(a) => sum by (x) (a)
  sum(a) by (x) => sum by (x) (a)
  sum BY (x, y) (a) => sum by (x, y) (a)
  sum by () (a) => sum(a)
  sum(a) by () => sum(a)
  sum without (x) (a) => sum without (x) (a)
  sum(a) without (x) => sum without (x) (a)
  sum without () (a) => sum without () (a)
  sum by (x,) (a) => sum by (x) (a)
  sum by ("my.label") (a) => sum by ("my.label") (a)
  sum by (on, sum, "inf") (a) => sum by (on, sum, "inf") (a)
  avg(a) => avg(a)
  count(a) => count(a)
  min(a) => min(a)
  max(a) => max(a)
  group(a) => group(a)
  stddev(a) => stddev(a)
  stdvar(a) => stdvar(a)
  topk(3, a) => topk(3, a)
  topk by (x) (3, a) => topk by (x) (3, a)
  bottomk(3, a) by (x) => bottomk by (x) (3, a)
  quantile(0.9, a) => quantile(0.9, a)
  count_values("v", a) => count_values("v", a)
  count_values by (x) ("my.label", a) => count_values by (x) ("my.label", a)
  topk(scalar(b), a) => topk(scalar(b), a)
  sum(sum by (x) (a)) => sum(sum by (x) (a))
  sum(a + b) => sum(a + b)
  sum((a)) => sum((a))
  sum(a) + sum(b) => sum(a) + sum(b)
  sum(a) by (x) / sum(b) by (x) => sum by (x) (a) / sum by (x) (b)
  sum by (x) (rate(a[5m])) => sum by (x) (rate(a[5m]))
  time() => time()
  pi() => pi()
  abs(a) => abs(a)
  round(a) => round(a)
  round(a, 5) => round(a, 5)
  hour() => hour()
  hour(a) => hour(a)
  day_of_year(vector(time())) => day_of_year(vector(time()))
  rate(a[5m]) => rate(a[5m])
  rate((a[5m])) => rate((a[5m]))
  rate(a[5m] offset 1m) => rate(a[5m] offset 1m)
  rate(a{x="1"}[5m] @ 3) => rate(a{x="1"}[5m] @ 3.000)
  increase(a[1h]) => increase(a[1h])
  quantile_over_time(0.9, a[5m]) => quantile_over_time(0.9, a[5m])
  predict_linear(a[1h], 3600) => predict_linear(a[1h], 3600)
  predict_linear(a[1h], 4h) => predict_linear(a[1h], 14400)
  histogram_quantile(0.9, sum by (le) (rate(a[5m]))) => histogram_quantile(0.9, sum by (le) (rate(a[5m])))
  histogram_fraction(0, 1, a) => histogram_fraction(0, 1, a)
  label_replace(a, "dst", "$1", "src", "(.*)") => label_replace(a, "dst", "$1", "src", "(.*)")
  label_join(a, "dst", ",") => label_join(a, "dst", ",")
  label_join(a, "dst", ",", "x", "y", "z") => label_join(a, "dst", ",", "x", "y", "z")
  clamp(a, 0, 1) => clamp(a, 0, 1)
  clamp_max(a, 1) => clamp_max(a, 1)
  scalar(a) => scalar(a)
  vector(1) => vector(1)
  vector(scalar(a)) => vector(scalar(a))
  absent(a{x="1"}) => absent(a{x="1"})
  absent_over_time(a[5m]) => absent_over_time(a[5m])
  sort(a) => sort(a)
  sort_desc(a) => sort_desc(a)
  timestamp(a) => timestamp(a)
  changes(a[5m]) => changes(a[5m])
  last_over_time(a[5m]) => last_over_time(a[5m])
  sgn(a) => sgn(a)
  deriv(a[5m:1m]) => deriv(a[5m:1m])
  rate(a[5m]) > 0.5 => rate(a[5m]) > 0.5
  (((a))) => (((a)))
  ((a))[5m:] => ((a))[5m:]
  """#

/// What it accepts with all feature flags.
let experimentalNotation = #"""
  a[5m*2] => a[5m * 2s]
  a[5m * 2 + 1s] => a[5m * 2s + 1s]
  a[5m + 1s * 2] => a[5m + 1s * 2s]
  a[(5m + 1s) * 2] => a[(5m + 1s) * 2s]
  a[2 ^ 3 ^ 2] => a[2s ^ 3s ^ 2s]
  a[(2 ^ 3) ^ 2] => a[(2s ^ 3s) ^ 2s]
  a[10m - 5m - 1m] => a[10m - 5m - 1m]
  a[10m - (5m - 1m)] => a[10m - (5m - 1m)]
  a[-5m + 10m] => a[-5m + 10m]
  a[10m + -5m] => a[10m + -5m]
  a[-(5m) + 10m] => a[-5m + 10m]
  a[10m % 3m] => a[10m % 3m]
  a[10m / 2] => a[10m / 2s]
  a[step()] => a[step()]
  a[step() + 1m] => a[step() + 1m]
  a[STEP()*2] => a[step() * 2s]
  a[range()] => a[range()]
  a[range() / 2] => a[range() / 2s]
  a[-step() + 10m] => a[-step() + 10m]
  a[+step()] => a[step()]
  a[-(step() + 1) + 1h] => a[-(step() + 1s) + 1h]
  a[- -step()] => a[-(-step())]
  a[min_of(step(), 1m)] => a[min_of(step(), 1m)]
  a[max_of(min_of(step()+1,1h),1ms)] => a[max_of(min_of(step() + 1s, 1h), 1ms)]
  a[min(1m, 2m)] => a[min_of(1m, 2m)]
  a[max(step(), 2m)] => a[max_of(step(), 2m)]
  a[(5m)] => a[5m]
  a[((5m))] => a[5m]
  a[(step())] => a[step()]
  a[5m:step()] => a[5m:step()]
  a[5m:step() * 2] => a[5m:step() * 2s]
  a[5m:(1m)] => a[5m:1m]
  a[29s+1s:20*500ms] offset (20*(((((8 - 2) / 3) * 7s) % 4) + 8000ms)) => a[29s + 1s:20s * 500ms] offset (20s * ((8s - 2s) / 3s * 7s % 4s + 8s))
  a offset step() => a offset step()
  a offset -step() => a offset -step()
  a offset +step() => a offset step()
  a offset range() => a offset range()
  a offset (5m + 1m) => a offset (5m + 1m)
  a offset -(5m + 1m) => a offset -(5m + 1m)
  a offset (step() + 1m) => a offset (step() + 1m)
  a offset -(step() * 2) => a offset -(step() * 2s)
  a offset (5m) => a offset 5m
  a offset -(5m) => a offset -5m
  a offset (-step()*2) => a offset (-step() * 2s)
  a offset min_of(step(), 1m) => a offset min_of(step(), 1m)
  a offset -max_of(step(), 1m) => a offset -max_of(step(), 1m)
  a offset 100 + 2 => a offset 1m40s + 2
  a offset -2 ^ 2 => a offset -2s ^ 2
  a offset step()*0 => a offset step() * 0
  a offset min_of(step(), 1s)+8000 => a offset min_of(step(), 1s) + 8000
  a offset (2 ^ 2) => a offset (2s ^ 2s)
  a offset (100 + 2) => a offset (1m40s + 2s)
  a[5m] offset (step() + 1) => a[5m] offset (step() + 1s)
  a[5m:] offset -step() => a[5m:] offset -step()
  sum_over_time(a[step() * 2]) => sum_over_time(a[step() * 2s])
  a[1.5] => a[1s500ms]
  a[1.5 * 2] => a[1s500ms * 2s]
  increase(a[1m] anchored) => increase(a[1m] anchored)
  increase(a[1m] smoothed) => increase(a[1m] smoothed)
  rate(a[1m] anchored offset 5m) => rate(a[1m] anchored offset 5m)
  rate(a[1m] offset 5m anchored) => rate(a[1m] anchored offset 5m)
  rate(a[1m] smoothed @ 3) => rate(a[1m] smoothed @ 3.000)
  rate((a[1m] smoothed)) => rate((a[1m] smoothed))
  changes(a[1m] anchored) => changes(a[1m] anchored)
  a smoothed => a smoothed
  a anchored => a anchored
  a smoothed offset 1m => a smoothed offset 1m
  a + fill(0) b => a + fill (0) b
  a + fill_left(0) b => a + fill_left (0) b
  a + fill_right(-1) b => a + fill_right (-1) b
  a + fill_left(5) fill_right(7) b => a + fill_left (5) fill_right (7) b
  a + fill_right(7) fill_left(5) b => a + fill_left (5) fill_right (7) b
  a + fill_left(5) fill_right(5) b => a + fill (5) b
  a + fill(NaN) b => a + fill (NaN) b
  a + fill(-Inf) b => a + fill (-Inf) b
  a + fill(+5m) b => a + fill (300) b
  a == bool fill(30) b => a == bool fill (30) b
  a + on(x) fill(0) b => a + on (x) fill (0) b
  a + on(x) group_left(y) fill_right(0) b => a + on (x) group_left (y) fill_right (0) b
  a + FILL(0) b => a + fill (0) b
  fill + fill(0) fill => fill + fill (0) fill
  a + fill_left => a + fill_left
  a </ 5 => a </ 5
  a >/ -Inf => a >/ -Inf
  a </ b => a </ b
  a </ 1 + 2 => a </ 1 + 2
  a > b >/ c => a > b >/ c
  a </ on(x) b => a </ on (x) b
  info(a) => info(a)
  info(a, {x="1"}) => info(a, {x="1"})
  info(a, {x=~".*"}) => info(a, {x=~".*"})
  info(a, {}) => info(a, {})
  info(a, {__name__="target_info"}) => info(a, {__name__="target_info"})
  info(a, {"target.info"}) => info(a, {__name__="target.info"})
  info(rate(a[5m]), {__name__=~".+_info", data=~".+"}) => info(rate(a[5m]), {__name__=~".+_info",data=~".+"})
  limitk(3, a) => limitk(3, a)
  limit_ratio(0.5, a) => limit_ratio(0.5, a)
  limit_ratio(-0.5, a) => limit_ratio(-0.5, a)
  limitk by (x) (3, a) => limitk by (x) (3, a)
  sort_by_label(a, "x", "y") => sort_by_label(a, "x", "y")
  sort_by_label(a) => sort_by_label(a)
  sort_by_label_desc(a, "x") => sort_by_label_desc(a, "x")
  mad_over_time(a[5m]) => mad_over_time(a[5m])
  first_over_time(a[5m]) => first_over_time(a[5m])
  ts_of_max_over_time(a[5m]) => ts_of_max_over_time(a[5m])
  ts_of_last_over_time(a[5m]) => ts_of_last_over_time(a[5m])
  double_exponential_smoothing(a[5m], 0.1, 0.2) => double_exponential_smoothing(a[5m], 0.1, 0.2)
  histogram_quantiles(a, "q", 0.5) => histogram_quantiles(a, "q", 0.5)
  histogram_quantiles(a, "q", 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9) => histogram_quantiles(a, "q", 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
  start() => start()
  end() - start() => end() - start()
  step() + range() => step() + range()
  min_of(1, 2) => min_of(1, 2)
  max_of(min_of(1, scalar(a)), 3) => max_of(min_of(1, scalar(a)), 3)
  start_timestamp(a) => start_timestamp(a)
  """#
