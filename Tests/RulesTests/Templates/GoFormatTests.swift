import Model
import Testing

@testable import Rules

struct `Go's printf` {
  struct Case: CustomTestStringConvertible, Sendable {
    var format: String
    var arguments: [TemplateValue]
    var want: String
    var testDescription: String { format }

    init(_ format: String, _ arguments: [TemplateValue], _ want: String) {
      (self.format, self.arguments, self.want) = (format, arguments, want)
    }
  }

  static let cases = [
    Case(
      "%d|%5d|%-5d|%05d|%+d|% d", Array(repeating: .integer(42), count: 6),
      "42|   42|42   |00042|+42| 42"),
    Case(
      "%x %X %#x %o %b %c %q %U", Array(repeating: .integer(65), count: 8),
      "41 41 0x41 101 1000001 A 'A' U+0041"),
    Case(
      "%.3d|%8.3d|%-8.3d|%08d", [.integer(7), .integer(7), .integer(7), .integer(-7)],
      "007|     007|007     |-0000007"),
    Case(
      "%s|%10s|%-10s|%.2s|%q", Array(repeating: .string("héllo"), count: 5),
      "héllo|     héllo|héllo     |hé|\"héllo\""),
    Case("%x|% x|%#x|%X", Array(repeating: .string("ab"), count: 4), "6162|61 62|0x6162|6162"),
    Case(
      "%v %g %e %f %.2f %E", Array(repeating: .number(1234.5), count: 6),
      "1234.5 1234.5 1.234500e+03 1234.500000 1234.50 1.234500E+03"),
    Case(
      "%8.2f|%-8.2f|%08.2f|%+.1f|% .1f", Array(repeating: .number(3.14159), count: 5),
      "    3.14|3.14    |00003.14|+3.1| 3.1"),
    Case("%6.1f|%06.1f|%+06.1f", Array(repeating: .number(-2.5), count: 3), "  -2.5|-002.5|-002.5"),
    Case(
      "%v %v %v %5.1f|%05f",
      [.number(.infinity), .number(-.infinity), .number(.nan), .number(.nan), .number(.infinity)],
      "+Inf -Inf NaN   NaN| +Inf"),
    Case("%x %b", [.number(1.5), .number(1)], "0x1.8p+00 4503599627370496p-52"),
    Case("%g %g %G", [.number(1e6), .number(1e-5), .number(1e21)], "1e+06 1e-05 1E+21"),
    Case("%.3g %.10g %.0f", [.number(1234567), .number(0.1), .number(2.5)], "1.23e+06 0.1 2"),
    Case("%#.3g %#v", [.number(1), .number(1)], "1.00 1"),
    Case("%t %v %5t", [.boolean(true), .boolean(false), .boolean(true)], "true false  true"),
    Case(
      "%v %s %d", [.labels(["b": "2", "a": "1"]), .labels(["a": "1"]), .labels(["a": "1"])],
      "map[a:1 b:2] map[a:1] map[%!d(string=a):%!d(string=1)]"),
    Case(
      "%#v %+v", [.labels(["a": "1"]), .sample(.init(labels: ["a": "1"], value: 2))],
      "map[string]string{\"a\":\"1\"} &{Labels:map[a:1] Value:2}"),
    Case(
      "%.3T|%9.5T|%09T|%#O %O",
      [.number(1), .number(1), .string(""), .integer(8), .integer(8)],
      "flo|    float|   string|0o010 0o10"),
    Case(
      "%T %T %T", [.number(1), .string(""), .labels(.init())], "float64 string map[string]string"),
    Case(
      "%d %s %t %z", [.number(1), .integer(2), .string("x"), .integer(3)],
      "%!d(float64=1) %!s(int=2) %!t(string=x) %!z(int=3)"),
    Case(
      "%5d|%.1d|%#q|%-6t|", [.string("abc"), .number(42), .number(1.5), .integer(7)],
      "%!d(string=  abc)|%!d(float64=4e+01)|%!q(float64=1.50000)|%!t(int=7     )|"),
    Case("%t %+x", [.month(3), .duration(5)], "%!t(time.Month=3) 356e73"),
    Case("%05v", [.labels(["a": "1", "b": "2"])], "map[0000a:00001 0000b:00002]"),
    Case(
      "%05v|%+07v",
      [
        .map([("a", .integer(1)), ("b", .string("x"))]), .list([.number(1), .number(-2)]),
      ], "map[0000a:00001 0000b:0000x]|[0000001 -000002]"),
    Case("%U %.6U", [.integer(-42), .integer(65)], "U+FFFFFFFFFFFFFFD6 U+000041"),
    Case("%d %d", [.integer(1)], "1 %!d(MISSING)"),
    Case("%d", [.integer(1), .string("x"), .none], "1%!(EXTRA string=x, <nil>)"),
    Case("%", [], "%!(NOVERB)"),
    Case("100%%", [], "100%"),
    Case("%[2]d %[1]d", [.integer(1), .integer(2)], "2 1"),
    Case("%[3]d", [.integer(1)], "%!d(BADINDEX)"),
    Case(
      "%*d|%-*d|%.*f",
      [.integer(4), .integer(1), .integer(4), .integer(1), .integer(1), .number(2.25)],
      "   1|1   |2.2"),
    Case("%*d", [.string("x"), .integer(1)], "%!(BADWIDTH)1"),
    Case("%v %s %d", [.none, .none, .none], "<nil> %!s(<nil>) %!d(<nil>)"),
    Case("%s %d %v", [.month(3), .month(3), .weekday(0)], "March 3 Sunday"),
    Case("%s", [.duration(90_500_000_000)], "1m30.5s"),
    Case("%q", [.string("a\"\u{1}\n")], "\"a\\\"\\x01\\n\""),
    Case("%+q %#q", [.string("é"), .string("é")], "\"\\u00e9\" `é`"),
  ]

  @Test(arguments: cases)
  func `prints`(test: Case) {
    #expect(GoFormat.printf(test.format, test.arguments) == test.want)
  }

  @Test func `print puts spaces between operands that are no strings`() {
    let values: [TemplateValue] = [
      .integer(1), .integer(2), .string("a"), .string("b"), .integer(3),
    ]
    #expect(GoFormat.print(values) == "1 2ab3")
    #expect(GoFormat.println(values) == "1 2 a b 3\n")
  }
}

struct `Go's numbers` {
  @Test(arguments: [
    (0.0, "0"), (-0.0, "-0"), (1, "1"), (100_000, "100000"), (1_000_000, "1e+06"),
    (123_456_789, "1.23456789e+08"), (0.0001, "0.0001"), (0.00001, "1e-05"), (2.5e-7, "2.5e-07"),
    (1e20, "1e+20"), (1e100, "1e+100"), (.leastNonzeroMagnitude, "5e-324"),
    (0.1 + 0.2, "0.30000000000000004"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
  ])
  func `print with the fewest digits`(value: Double, want: String) {
    #expect(goFloat(value, verb: UInt8(ascii: "g"), precision: nil) == want)
  }

  @Test(arguments: [
    ("42", GoNumber.integer(42)), ("-7", .integer(-7)), ("0x1F", .integer(31)),
    ("0b101", .integer(5)), ("0o17", .integer(15)), ("017", .integer(15)), ("08", .overflow),
    ("1_000", .integer(1000)), ("1e3", .number(1000)), ("1.", .number(1)), (".5", .number(0.5)),
    ("0x1p4", .number(16)), ("99999999999999999999", .overflow),
  ])
  func `read every notation`(text: String, want: GoNumber) {
    #expect(goNumber(text) == want)
  }

  @Test(arguments: ["", "-", "1x", "0x", "1__0", "_1", "1_", "1i", "e3", "0b2", "0x.8"])
  func `refuse what is none`(text: String) {
    #expect(goNumber(text) == nil)
  }
}
