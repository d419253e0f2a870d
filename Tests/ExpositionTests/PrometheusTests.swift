import Exposition
import Model
import Testing

struct PrometheusTests {
  /// Each bad line stands between two good ones, which must stay.
  @Test(arguments: [
    ("up abc", "in:2:4: warning: expected a number, found \"abc\""),
    ("up", "in:2:3: warning: expected a number, found the end of the line"),
    ("up{job=\"api\"} 1_2", "in:2:15: warning: expected a number, found \"1_2\""),
    ("up 1e400", "in:2:4: warning: expected a number, found \"1e400\""),
    ("up 1 soon", "in:2:6: warning: expected a timestamp in whole milliseconds, found \"soon\""),
    ("up 1 1.5", "in:2:6: warning: expected a timestamp in whole milliseconds, found \"1.5\""),
    ("up 1 2 3", "in:2:8: warning: expected the end of the line, found \"3\""),
    (
      "up 1 999999999999999",
      "in:2:6: warning: expected a time of the years 1 to 9999, found \"999999999999999\""
    ),
    ("7up 1", "in:2:1: warning: expected a metric name, found \"7up\""),
    ("up-down 1", "in:2:3: warning: expected a number, found \"-down\""),
    ("{job=\"api\"} 1", "in:2:1: warning: expected a metric name, found \"{\""),
    ("{\"\"} 1", "in:2:3: warning: expected a metric name, found \"\\\"\""),
    (
      "up{job=api} 1",
      "in:2:8: warning: expected a label value in double quotes, found \"api\""
    ),
    ("up{job} 1", "in:2:7: warning: expected \"=\" after the label name, found \"}\""),
    ("up{job=\"api\" 1", "in:2:14: warning: expected a label name or \"}\", found \"1\""),
    ("up{job=\"api} 1", "in:2:8: warning: expected a closing double quote, found \"\\\"api} 1\""),
    ("up{a=\"1\",a=\"2\"} 1", "in:2:10: warning: expected each label once, found \"a\""),
    ("up{=\"x\"} 1", "in:2:4: warning: expected a label name or \"}\", found \"=\""),
    (
      "up{__name__=\"x\"} 1",
      "in:2:4: warning: expected a label, for the series has its metric name, found \"__name__\""
    ),
    (
      "# TYPE up meh",
      "in:2:11: warning: expected counter, gauge, histogram, summary or untyped, found \"meh\""
    ),
    ("# HELP 1up x", "in:2:8: warning: expected a metric name, found \"1up\""),
  ])
  func `a bad line is reported with its place and skipped`(_ line: String, _ want: String) {
    let found = decode("a{b=\"c\"} 1\n\(line)\nz 2\n", .prometheus)
    #expect(found.reports == [want])
    #expect(found.samples == ["a{b=\"c\"} 1.0", "z 2.0"])
    #expect(found.counts.badLinesTotal == 1)
    #expect(found.counts.lines == 3)
  }

  @Test func `bytes that are not UTF-8 are a bad line`() {
    let bytes = Array("a{b=\"".utf8) + [0xff, 0xfe] + Array("\"} 1\nz 2\n".utf8)
    let found = decode([bytes], DecoderOptions(format: .prometheus))
    #expect(found.codes == ["invalid-utf8"])
    #expect(found.samples == ["z 2.0"])
  }

  @Test func `each kind of fault is reported once and counted always`() {
    let found = decode("a x\nb y\nc 1\nd 1 z\ne q\n", .prometheus)
    #expect(found.codes == ["bad-number", "bad-time"])
    #expect(found.counts.badLines.map(\.code) == ["bad-number", "bad-time"])
    #expect(found.counts.badLines.map(\.count) == [3, 1])
    #expect(found.samples == ["c 1.0"])
  }

  @Test func `strict ends at the first bad line`() {
    var options = DecoderOptions(format: .prometheus, file: "in")
    options.isStrict = true
    let found = decode([Array("a 1\nb x\nc 2\n".utf8)], options)
    #expect(found.reports == ["in:2:3: error: expected a number, found \"x\""])
    #expect(found.samples == ["a 1.0"])
  }

  @Test(arguments: [
    ("up 1", "up 1.0"),
    ("up 1\r", "up 1.0"),
    ("  up\t 1  \t 1700000000000 ", "up 1.0 1700000000000"),
    ("up 1 -1000", "up 1.0 -1000"),
    ("up{} 1", "up 1.0"),
    ("up{}1", "up 1.0"),
    ("up { job = \"api\" , } +5", "up{job=\"api\"} 5.0"),
    ("up{a=\"1\" b=\"2\"} 1", "up{a=\"1\", b=\"2\"} 1.0"),
    ("up{a=\"\"} 1", "up 1.0"),
    ("up{a=\"{},= # }\"} 1 5", "up{a=\"{},= # }\"} 1.0 5"),
    ("up{a=\"x\\ny\\\\z\\\"\\q\"} 1", "up{a=\"x\\ny\\\\z\\\"\\\\q\"} 1.0"),
    ("{\"disk.used\", host=\"a\"} 1", "{__name__=\"disk.used\", host=\"a\"} 1.0"),
    ("{\"disk.used\"} 1", "{__name__=\"disk.used\"} 1.0"),
    ("up{\"a b\"=\"c\"} 1", "up{\"a b\"=\"c\"} 1.0"),
    ("{__name__=\"up\"} 1", "up 1.0"),
    (
      "node_load1{instance=\"web:9100\"} 0.25 1700000000000",
      "node_load1{instance=\"web:9100\"} 0.25 1700000000000"
    ),
    ("a_name_without_any_labels 12 1700000000000", "a_name_without_any_labels 12.0 1700000000000"),
    ("up +Inf", "up inf"), ("up -inf", "up -inf"), ("up NaN", "up nan"), ("up nan", "up nan"),
    ("up{job=\"ünïcödé 漢字\"} 1", "up{job=\"ünïcödé 漢字\"} 1.0"),
    ("up 1 -62135596800000", "up 1.0 -62135596800000"),
    ("up 1 253402300799999", "up 1.0 253402300799999"),
  ])
  func `reads every form of a sample`(_ line: String, _ want: String) {
    let found = decode(line + "\n", .prometheus)
    #expect(found.samples == [want])
    #expect(found.reports == [])
    // Again, when the spelling is known, and without a line end.
    #expect(decode("\(line)\n\(line)", .prometheus).samples == [want, want])
  }

  @Test func `skips blank lines, comments and a byte order mark`() {
    let found = decode("\u{feff}# hello\n\n   \n#\n#TYPE x y\n# HELPx\nup 1\n", .prometheus)
    #expect(found.samples == ["up 1.0"])
    #expect(found.reports == [])
    #expect(
      decode("\u{feff}up_with_a_long_name 1\n", .prometheus).samples == ["up_with_a_long_name 1.0"])
  }

  @Test func `metadata is put together and given once`() {
    let text = "# HELP up Is it \\\\ up\\n?\n# TYPE up gauge\nup 1\n"
    let found = decode(text + text, .prometheus)
    #expect(
      found.metadata == [
        MetricMetadata(name: "up", help: "Is it \\ up\n?"),
        MetricMetadata(name: "up", type: "gauge", help: "Is it \\ up\n?"),
      ])
    #expect(found.samples == ["up 1.0", "up 1.0"])
  }

  @Test func `rows point into the block that was fed`() {
    var decoder = SampleDecoder(DecoderOptions(format: .prometheus))
    var batch = SampleBatch()
    let text = "node_load1{host=\"a\"} 1\nnode_load1{host=\"b\"} 2\n"
    decoder.feed(Array(text.utf8), arrival: arrival)
    let hasBatch = decoder.next(into: &batch)
    #expect(hasBatch)
    #expect(batch.bytes == Array(text.utf8))
    #expect(batch.keyStarts == [0, 23])
    let hasMore = decoder.next(into: &batch)
    #expect(!hasMore)
    #expect(batch.count == 0)
  }
}
