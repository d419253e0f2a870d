import Model
import Testing

/// What JSON text says, byte by byte.
@Suite struct JSONWriterTests {
  private static func text(_ body: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    body(&json)
    return json.text
  }

  /// Eight bytes are looked at together: each place of one that must be escaped is another case.
  @Test(
    arguments: [
      ("\"", "\\\""), ("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"),
      ("\u{0}", "\\u0000"), ("\u{1f}", "\\u001f"), ("\u{20}", "\u{20}"), ("\u{7f}", "\u{7f}"),
      ("é", "é"), ("\u{10ffff}", "\u{10ffff}"),
    ])
  func `text is escaped wherever it must be`(special: String, written: String) {
    for before in 0...17 {
      for after in [0, 1, 7, 8, 9] {
        let (head, tail) = (
          String(repeating: "a", count: before), String(repeating: "z", count: after)
        )
        let found = Self.text { $0.value(head + special + tail) }
        #expect(found == "\"\(head)\(written)\(tail)\"", "\(before) before, \(after) behind")
      }
    }
  }

  @Test(
    arguments: [
      (0, "0"), (-0.0, "-0"), (5, "5"), (-5, "-5"), (0.25, "0.25"), (1e15, "1000000000000000"),
      (1e16, "1e+16"), (1e-7, "1e-07"), (.nan, "null"), (.infinity, "null"),
    ] as [(Double, String)])
  func `numbers are as short as they read back`(number: Double, written: String) {
    #expect(Self.text { $0.value(number) } == written)
  }

  @Test(arguments: [0, 1, 1_768_487_400_250, -62_167_219_200_001, 253_402_300_800_000, .min, .max])
  func `a moment is written as it is described`(milliseconds: Int64) {
    let time = Timestamp(milliseconds: milliseconds)
    #expect(Self.text { $0.value(time) } == "\"\(time.description)\"")
  }

  @Test func `a writer that begins anew knows nothing of before`() {
    var json = JSONWriter()
    json.object { $0.field("a", 1) }
    json.restart()
    json.array { $0.value(true) }
    #expect(json.text == "[true]")
  }
}
