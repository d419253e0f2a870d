import Exposition
import Statistics
import Testing

struct RecognitionTests {
  @Test(arguments: [
    ("# TYPE up gauge\nup 1\n", InputFormat.prometheus),
    ("up{job=\"a\"} 1 1700000000000\n", .prometheus),
    ("up 1\n", .prometheus), ("{\"my.metric\", a=\"b\"} 1\n", .prometheus),
    ("# UNIT a_seconds seconds\n", .openmetrics), ("a 1 # {b=\"c\"} 2\n", .openmetrics),
    ("cpu,host=a usage=1.5 1556813561098000000\n", .influx), ("cpu usage=1i\n", .influx),
    ("{\"ts\":1,\"cpu\":2}\n", .jsonl), ("{ \"ts\": 1, \"cpu\": 2 }\n", .jsonl),
    ("[{\"ts\":1,\"cpu\":2}]\n", .jsonl),
    ("timestamp,cpu,mem\n1,2,3\n", .csv), ("time;value\n1;2\n", .csv),
    ("timeStamp,elapsed,label,responseCode,success\n", .csv),
    ("metric_name,timestamp,metric_value,status\n", .csv),
    ("Timestamp,User Count,Type,Name,Requests/s\n", .csv),
    ("servers.web-01.load 0.25 1700000000\n", .graphite),
    ("load 0.25 1700000000\n", .graphite), ("disk;host=a 1 1700000000\n", .graphite),
    ("\u{feff}timestamp,cpu\n1,2\n", .csv),
    ("!!! garbage\n\n%%\nup 1\n", .prometheus),
  ])
  func `tells the format by content`(_ text: String, _ want: InputFormat) {
    #expect(decode(text).format == want)
  }

  @Test func `garbage before the first good line is reported by the format that was found`() {
    let found = decode("oops 1 2 x\ncpu,host=a usage=1.5 5000000\n")
    #expect(found.reports == ["in:1:6: warning: expected a field name=value, found \"1 2 x\""])
    #expect(found.samples == ["cpu_usage{host=\"a\"} 1.5 5"])
  }

  @Test func `the first timestamp tells seconds from milliseconds`() {
    #expect(decode("a{b=\"c\"} 1 1700000000.5\n").samples == ["a{b=\"c\"} 1.0 1700000000500"])
    #expect(decode("a{b=\"c\"} 1 1700000000\n").samples == ["a{b=\"c\"} 1.0 1700000000000"])
    #expect(decode("a{b=\"c\"} 1 1700000000000\n").samples == ["a{b=\"c\"} 1.0 1700000000000"])
    #expect(decode("a{b=\"c\"} 1 15000\n").samples == ["a{b=\"c\"} 1.0 15000"])
    #expect(decode("# TYPE a unknown\na 1 15\n").samples == ["a 1.0 15000"])
    #expect(decode("# TYPE a untyped\na 1 1700000000\n").samples == ["a 1.0 1700000000"])
  }

  @Test func `binary data is refused as a whole`() {
    var random = SplitMix64(seed: 3)
    let bytes = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let found = decode([bytes], DecoderOptions(file: "x.bin"))
    #expect(found.codes == ["unknown-format"])
    #expect(found.reports.first?.hasSuffix("it looks like binary data") == true)
    #expect(found.samples == [])
  }

  @Test func `prose is refused, with the option that would help`() {
    let found = decode("It was a dark and stormy night;\nthe rain fell in torrents\n")
    #expect(found.codes == ["unknown-format"])
    #expect(
      found.reports == [
        "error: in: the format is none that is known from its first 2 lines; name it with --format"
      ])
  }

  @Test(arguments: ["", "\n\n", "# only a comment\n", "\u{feff}"])
  func `an input without content is empty, not wrong`(_ text: String) {
    let found = decode(text)
    #expect(found.samples == [])
    #expect(found.reports == [])
  }
}
