import Model
import Statistics

/// Bad lines of every input format among good ones: the good ones must all arrive.
///
/// Good lines are numbered: series `item="0"` … with value 0 …, a second apart, so that a missing one
/// shows. The bad lines stand between them at places drawn from the seed.
enum MixedGarbage: Story {
  static let name = "mixed-garbage"
  private static let start = midnight(2026, 1, 15) + 14 * hour
  private static let goodCount = 60

  static func files() -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    var expected = "file,samples,bad_lines\n"
    for (index, format) in formats.enumerated() {
      var random = SplitMix64(seed: 20_260_115 + UInt64(index))
      files[format.file] = mix(format, &random)
      expected += "\(format.file),\(goodCount),\(format.bad.count)\n"
    }
    files["expected.csv"] = Array(expected.utf8)
    return files
  }

  private struct Format: Sendable {
    var file: String
    var head: String = ""
    var tail: String = ""
    /// A good line from its number and time.
    var good: @Sendable (Int, Timestamp) -> String
    /// Bytes, since some are no text.
    var bad: [[UInt8]]
  }

  /// Good lines in order, each bad line somewhere between two of them.
  private static func mix(_ format: Format, _ random: inout SplitMix64) -> [UInt8] {
    let places = format.bad.map { _ in 1 + random.below(goodCount - 1) }
    var bytes = Array(format.head.utf8)
    for number in 0..<goodCount {
      for (line, place) in zip(format.bad, places) where place == number {
        bytes.append(contentsOf: line + [UInt8(ascii: "\n")])
      }
      let time = start + Int64(number) * 1000
      bytes.append(contentsOf: "\(format.good(number, time))\n".utf8)
    }
    return bytes + Array(format.tail.utf8)
  }

  private static func lines(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

  /// Bytes that are no UTF-8, inside the quotes of a label value.
  private static let notUTF8: [UInt8] =
    Array("garbage{item=\"".utf8) + [0xff, 0xfe, 0xc3] + Array("\"} 1".utf8)

  private static let formats: [Format] = [
    Format(
      file: "prometheus.prom", head: "# TYPE garbage gauge\n",
      good: { "garbage{item=\"\($0)\"} \($0) \($1.milliseconds)" },
      bad: lines(
        "garbage", "garbage abc", "garbage{item=\"x\"", "garbage{item=x} 1", "9garbage 1",
        "garbage{item=\"x\"} 1 soon", "garbage{item=\"x\"} 1 1768485600000 more", "{} 1 = 2",
        "<html><body>502 Bad Gateway</body></html>") + [notUTF8]),
    Format(
      file: "openmetrics.om",
      head: "# UNIT garbage_seconds seconds\n# TYPE garbage_seconds gauge\n", tail: "# EOF\n",
      good: { "garbage_seconds{item=\"\($0)\"} \($0) \($1.milliseconds / 1000)" },
      bad: lines(
        "garbage_seconds", "garbage_seconds abc", "garbage_seconds{item=\"x\"",
        "garbage_seconds{item=x} 1", "9garbage 1",
        "garbage_seconds{item=\"x\"} 1 soon", "panic: runtime error: index out of range")),
    Format(
      file: "influx.influx",
      good: { "garbage,item=\($0) value=\($0) \($1.milliseconds)000000" },
      bad: lines(
        "garbage", "garbage,item=x", "garbage,item=x value", "garbage,item=x value=",
        "garbage,item=x value=abc 1768485600000000000", "garbage,item=x value=1 soon",
        ",item=x value=1", "garbage,item= value=1", "garbage,item=x value=\"open")),
    Format(
      file: "lines.jsonl",
      good: {
        "{\"ts\":\($1.milliseconds),\"metric\":\"garbage\",\"value\":\($0),"
          + "\"labels\":{\"item\":\"\($0)\"}}"
      },
      bad: lines(
        "{", "{\"ts\":1768485600000,\"metric\":\"garbage\",\"value\":", "not json at all", "[1,2",
        "{\"ts\":\"yesterday\",\"metric\":\"garbage\",\"value\":1}",
        "{\"ts\":1768485600000,\"metric\":\"garbage\",\"value\":\"a lot\",\"labels\":{}}",
        "{\"ts\":1768485600000,\"metric\":\"garbage\",\"value\":1}}")),
    Format(
      file: "long.csv", head: "timestamp,metric,value,item\n",
      good: { "\($1),garbage,\($0),\($0)" },
      bad: lines(
        "2026-01-15T14:00:00Z,garbage", "2026-01-15T14:00:00Z,garbage,abc,x",
        "yesterday,garbage,1,x", "2026-01-15T14:00:00Z,garbage,1,x,y,z", "Segmentation fault")),
    Format(
      file: "wide.csv", head: "timestamp,garbage\n",
      good: { "\($1),\($0)" },
      bad: lines(
        "2026-01-15T14:00:00Z", "2026-01-15T14:00:00Z,abc", "yesterday,1",
        "2026-01-15T14:00:00Z,1,2,3")),
    Format(
      file: "graphite.graphite",
      good: { "garbage.item.\($0) \($0) \($1.milliseconds / 1000)" },
      bad: lines(
        "garbage.item.x", "garbage.item.x abc 1768485600", "garbage.item.x 1 soon",
        "garbage.item.x 1 1768485600 more", "GET / HTTP/1.1 from 10.0.0.7")),
  ]
}
