import Model
import Testing

/// A pool gives back what was asked for, whether it was made before or not.
@Suite struct TextPoolTests {
  private static func text(_ bytes: [UInt8], _ pool: inout TextPool) -> String {
    bytes.withUnsafeBufferPointer { pool.text($0) }
  }

  @Test func `texts of any length, damaged ones too, more than the pool has room for`() {
    var pool = TextPool()
    var wrong: [String] = []
    for _ in 0..<2 {
      for number in 0..<40_000 {
        let length = number % 40
        var bytes = (0..<length).map { UInt8(97 + ($0 * 7 + number / 40) % 26) }
        if number % 997 == 0, length > 0 { bytes[length / 2] = 0xff }
        let want = String(decoding: bytes, as: UTF8.self)
        if Self.text(bytes, &pool) != want { wrong.append(want) }
      }
    }
    #expect(wrong.isEmpty)
  }

  static let spellings = [
    "up", "up{}", #"up{job="api",instance="a-long-host-name.example:9100"}"#,
    #"{"a name that needs quotes",job="api"}"#, #"up{b="2",a="1",c=""}"#,
    #"up{path="a backslash \\ and a \"quote\" in a long value"}"#, #"{job="no name"}"#,
  ]

  @Test(arguments: spellings)
  func `a series read with a pool is that read without`(spelling: String) throws {
    var reader = SeriesKeyReader(sharesTexts: true)
    let bytes = Array(spelling.utf8)
    let want = try parseSeriesKey(bytes.span)
    for _ in 0..<3 { #expect(try reader.labels(of: bytes.span) == want) }
    #expect(want.pairs.map(\.name) == want.pairs.map(\.name).sorted())
  }

  @Test func `of two labels with one name the later wins, an empty one removes`() {
    let labels = Labels([
      Label("b", "1"), Label("a", "1"), Label("b", "2"), Label("c", "3"), Label("c", ""),
      Label("d", ""),
    ])
    #expect(labels == ["a": "1", "b": "2"])
    #expect(labels.hashValue == Labels(["b": "2", "a": "1"]).hashValue)
  }
}
