import Statistics
import Testing

@testable import Exposition

/// Numbers must equal those of the standard library bit for bit.
struct DecimalNumberTests {
  private func parse(_ text: String) -> Double? {
    Array(text.utf8).withView { DecimalNumber.parse($0) }
  }

  @Test(arguments: [
    "", "+", "-", ".", "e5", "1e", "1e+", "1x", "0x1", "1_2", "1,5", " 1", "1 ", "--1", "1.2.3",
    "NaN", "Inf", "1e400", "-1e400", "t", "1e5.5",
  ])
  func `refuses what is no finite number`(_ text: String) {
    #expect(parse(text) == nil)
  }

  @Test(arguments: [
    "0", "-0", "+5", ".5", "5.", "-.5e-3", "1e3", "1E+03", "9007199254740993", "1e22", "1e23",
    "123456789012345678901234567890", "0.1", "179769313486231570000000000", "4.9e-324", "2.5e-324",
    "1.7976931348623157e308", "0.000000000000000000000000000000000000001", "1e-400", "0e99999999",
    "7.424100000000001e-05", "00000000000000000000000000000000000000001", "9223372036854775808",
    "18446744073709551615", "18446744073709551616", "8.5", "1e55", "1e56", "3e-27", "3e-28",
  ])
  func `reads what the standard library reads`(_ text: String) {
    #expect(parse(text)?.bitPattern == Double(text)?.bitPattern)
  }

  @Test func `agrees on random digits, points and exponents`() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<200_000 {
      let count = Int.random(in: 1...21, using: &random)
      var text = Bool.random(using: &random) ? "-" : ""
      let point = Int.random(in: 0...count, using: &random)
      for place in 0..<count {
        if place == point { text += "." }
        text += String(Int.random(in: 0...9, using: &random))
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        text += "e\(Int.random(in: -340...320, using: &random))"
      }
      guard let want = Double(text), want.isFinite else { continue }
      guard parse(text)?.bitPattern == want.bitPattern else {
        Issue.record("\(text): \(String(describing: parse(text))), want \(want)")
        return
      }
    }
  }

  @Test func `agrees on random doubles and on the halves between them`() {
    var random = SplitMix64(seed: 2)
    for _ in 0..<200_000 {
      let exponent = UInt64.random(in: 900...1150, using: &random)
      let value = Double(bitPattern: exponent << 52 | random.next() >> 12)
      // An integer of 54 bits lies half way between two doubles.
      let half = "\((random.next() >> 10) | 1)"
      for text in ["\(value)", half, half + "e-3"] {
        guard parse(text)?.bitPattern == Double(text)?.bitPattern else {
          Issue.record("\(text): \(String(describing: parse(text)))")
          return
        }
      }
    }
  }

  @Test(arguments: [
    " 1760000000000 and what follows it", "}", "x", "e", ",12345678901234567890123",
  ])
  func `reads a number in front of other bytes`(_ rest: String) {
    var random = SplitMix64(seed: 3)
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...19, using: &random)
      let point = Int.random(in: -4...count, using: &random)
      var text = Bool.random(using: &random) ? "-" : ""
      for place in 0..<count {
        if place == point { text += "." }
        text += String(Int.random(in: 0...9, using: &random))
      }
      if Int.random(in: 0..<8, using: &random) == 0 { text += "e-3" }
      var at = 0
      let value = Array((text + rest).utf8).withView { DecimalNumber.parsePrefix($0, &at) }
      // An exponent without digits is an error, wherever it stands.
      let want = rest == "e" && !text.contains("e") ? nil : Double(text)
      guard value?.bitPattern == want?.bitPattern, value == nil || at == text.utf8.count else {
        Issue.record("\(text)|\(rest): \(String(describing: value)) up to \(at)")
        return
      }
    }
  }
}
