import Model
import Testing

struct SeriesKeyTests {
  private func parse(_ text: String) throws(SeriesKeyError) -> Labels {
    try parseSeriesKey(Array(text.utf8).span)
  }

  @Test(arguments: [
    ("", SeriesKeyError.Code.missingName, 0..<0), ("1a", .missingName, 0..<2),
    ("a b", .trailingBytes, 1..<3), ("a{", .unterminatedLabels, 2..<2),
    ("a{b", .missingEquals, 3..<3), ("a{b=", .missingQuote, 4..<4),
    ("a{b=c}", .missingQuote, 4..<5),
    ("a{b=\"c", .unterminatedString, 4..<6), ("a{b=\"c\\", .unterminatedString, 4..<7),
    ("a{b=\"c\"", .unterminatedLabels, 7..<7), ("a{,}", .badLabelName, 2..<3),
    ("a{b=\"c\",,}", .badLabelName, 8..<9), ("a{1=\"c\"}", .badLabelName, 2..<3),
    ("a{b=\"1\",b=\"2\"}", .duplicateLabel, 8..<9),
    ("a{\"b\"=\"1\",b=\"2\"}", .duplicateLabel, 10..<11),
    ("a{\"b\"}", .secondName, 3..<4), ("{\"a\",\"b\"}", .secondName, 6..<7),
    ("{\"\"}", .missingName, 2..<2), ("a{__name__=\"b\"}", .secondName, 2..<10),
    ("a{b:c=\"d\"}", .missingEquals, 3..<5), ("a{b=\"c\"} 1", .trailingBytes, 8..<10),
  ])
  func `refuses a wrong spelling at its place`(
    _ text: String, _ code: SeriesKeyError.Code, _ range: Range<Int>
  ) {
    let error = #expect(throws: SeriesKeyError.self) { _ = try parse(text) }
    #expect(error == SeriesKeyError(code, range))
  }

  @Test(arguments: [2, 31, 32, 33, 5000])
  func `of few labels and of many, the second of a name is refused`(count: Int) throws {
    let pairs = (0..<count).map { "l\($0)=\"v\"" }
    func spelling(_ more: String) -> String { "a{" + (pairs + [more]).joined(separator: ",") + "}" }
    #expect(try parse(spelling("m=\"v\"")).pairs.count == count + 2)
    // Also where one of the two stands in quotes.
    for name in ["l\(count / 2)", "\"l\(count - 1)\"", "l0"] {
      let text = spelling("\(name)=\"w\"")
      let error = #expect(throws: SeriesKeyError.self) { _ = try parse(text) }
      #expect(error?.code == .duplicateLabel)
      #expect(error.map { $0.range.upperBound > text.utf8.count - 12 } == true)
    }
  }

  @Test func `refuses bytes that are not UTF-8`() {
    let bytes = Array("a{b=\"".utf8) + [0xc3] + Array("\"}".utf8)
    let error = #expect(throws: SeriesKeyError.self) { _ = try parseSeriesKey(bytes.span) }
    #expect(error?.code == .invalidUTF8)
  }

  @Test(arguments: [
    ("up", ["__name__": "up"]), ("a:b_c9", ["__name__": "a:b_c9"]), ("up{}", ["__name__": "up"]),
    ("up{job=\"x\"}", ["__name__": "up", "job": "x"]),
    ("up { job = \"x\" , b=\"y\", }", ["__name__": "up", "job": "x", "b": "y"]),
    ("up{a=\"1\"b=\"2\"}", ["__name__": "up", "a": "1", "b": "2"]),
    ("up{a=\"\"}", ["__name__": "up"]), ("{}", [:]), ("{a=\"1\"}", ["a": "1"]),
    ("{\"my.metric\",a=\"1\"}", ["__name__": "my.metric", "a": "1"]),
    ("{a=\"1\",\"my\\\"m\\\\\"}", ["__name__": "my\"m\\", "a": "1"]),
    ("{\"a b\"=\"c\"}", ["a b": "c"]), ("{__name__=\"x y\"}", ["__name__": "x y"]),
    ("up{a=\"x\\ny\\\\\\\"\\t\"}", ["__name__": "up", "a": "x\ny\\\"\\t"]),
    ("up{a=\"}{,=\"}", ["__name__": "up", "a": "}{,="]),
  ])
  func `reads every spelling`(_ text: String, _ want: [String: String]) throws {
    #expect(try parse(text) == Labels(want))
  }

  @Test(arguments: [
    [:], ["__name__": "up"], ["__name__": "up", "a": "x\"\\\n\t\u{1}ü"], ["a": "b"],
    ["__name__": "my.metric", "le": "+Inf"], ["a b": "c", "__name__": "x"],
    ["__name__": "q\"uote", "d\\e": "\\n"],
  ])
  func `what is written reads back equal`(_ dictionary: [String: String]) throws {
    let labels = Labels(dictionary)
    var batch = SampleBatch()
    batch.append(labels: labels, time: Timestamp(milliseconds: 1), value: 2)
    #expect(try batch.labels(ofRow: 0) == labels)
  }
}
