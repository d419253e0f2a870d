import Model
import Testing

@testable import Reports

@Suite struct TextTests {
  @Test(arguments: [
    (0.38, "ratio", "38 %"), (0.004, "ratio", "0.4 %"), (0.99954, "ratio", "100 %"),
    (0.230, "seconds", "230 ms"), (1.234, "seconds", "1.23 s"), (90, "s", "90 s"),
    (600, "s", "10 min"), (0.000_000_2, "s", "200 ns"), (1500, "ms", "1.5 s"),
    (1_610_612_736, "bytes", "1.5 GiB"), (999, "bytes", "999 B"), (2048, "bytes/s", "2 KiB/s"),
    (412, "requests/s", "412 requests/s"), (1083, "requests/s", "1 083 requests/s"),
    (12_345, "", "12 345"), (5_200_000, "", "5.2 M"), (412.3, "/s", "412/s"),
    (1.5e6, "per second", "1.5 M/s"),
    (0, "ratio", "0 %"), (0, "", "0"), (-3.5, "", "-3.5"), (.nan, "", "no value"),
    (.infinity, "s", "∞"), (-.infinity, "", "-∞"), (1e300, "", "1e+300"), (1e-12, "", "1e-12"),
    (250_000, "connections", "250 k connections"), (70, "percent", "70 %"),
  ])
  func `a quantity reads like one`(_ value: Double, _ unit: String, _ want: String) {
    #expect(Quantity.text(value, unit: unit) == want)
  }

  @Test(
    arguments: [
      (0, "0 ms"), (999, "999 ms"), (1000, "1 s"), (59_999, "59 s"), (270_000, "4 min 30 s"),
      (4_320_000, "1 h 12 min"), (183_600_000, "2 d 3 h"), (86_400_000, "1 d"),
      (-61_000, "-1 min 1 s"),
      (Int64.min, "-106751991167 d 7 h"),
    ] as [(Int64, String)])
  func `a duration reads like one`(_ milliseconds: Int64, _ want: String) {
    #expect(Moment.duration(milliseconds) == want)
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("snake_case", "snake_case"), ("_x_", "\\_x\\_"), ("# head", "\\# head"),
    ("- item", "\\- item"), ("1. item", "1\\. item"), ("    code", "code"), ("a\nb", "a b"),
    ("<b>", "\\<b>"), ("38 % (1.5)", "38 % (1.5)"), ("a*b*", "a\\*b\\*"), ("[x](y)", "\\[x\\](y)"),
  ])
  func `Markdown keeps no markup of foreign text`(_ text: String, _ want: String) {
    #expect(Escaping.markdown(text) == want)
  }

  @Test(arguments: [
    ("rose to 38 % (of 1 083/s)", "rose to 38~% (of 1~083/s)"), ("for 5 min.", "for 5~min."),
    ("in 14 places", "in 14 places"), ("2 alerts, 3 s", "2 alerts, 3~s"),
    ("a  1 234 567", "a  1~234~567"),
    ("v2 100", "v2 100"), ("%", "%"), ("", ""),
  ])
  func `a number keeps its unit on its line`(_ text: String, _ want: String) {
    #expect(Escaping.prose(text).replacing("\u{a0}", with: "~") == want)
  }

  @Test func `a fence is longer than any in its text`() {
    #expect(Escaping.fence("a\n````\nb") == "`````\na\n````\nb\n`````\n")
  }

  @Test func `a terminal gets no control characters`() {
    #expect(
      Escaping.terminal("a\u{1b}[31mb\u{7}\u{9b}c\nd\u{202e}e")
        == "a\u{fffd}[31mb\u{fffd}\u{fffd}c d\u{fffd}e")
  }
}
