import RandomExpressions
import Statistics
import Testing

@testable import PromQL

private let parts = [
  "a", "up", "sum", "by", "without", "on", "ignoring", "group_left", "bool", "offset", "@", "start",
  "rate", "info", "step", "range", "min_of", "max", "fill", "fill_left", "smoothed", "anchored",
  "topk", "count_values", "label_join", "and", "or", "unless", "atan2", "inf", "NaN", "1", "0x1f",
  "1e", "5m", "1h30m", "5x", "0", "\"x\"", "'", "\"", "`", "\"\\xff\"", "(", ")", "[", "]", "{",
  "}",
  ",", ":", "=", "==", "!=", "=~", "!~", "<", "</", ">/", ">=", "+", "-", "*", "/", "%", "^", "#",
  "\n",
  " ", "é", "\u{0}", "\\", "!", "$", ";", ".", "_", "\u{1F600}", "\"(\"", "__name__",
]

/// Reads `text` with every switch on and off; what is accepted must print and parse back.
private func exercise(_ text: String) {
  for options in [ParserOptions(), .experimental] {
    do {
      let expression = try Expression(parsing: text, options: options)
      let again = try Expression(parsing: expression.description, options: options)
      #expect(structure(of: again) == structure(of: expression), "\(text)")
    } catch {
      let length = text.utf8.count
      for error in error.errors {
        #expect(
          error.range.lowerBound >= 0 && error.range.upperBound <= length, "\(text): \(error)")
        #expect(!error.message.isEmpty, "\(text): \(error.reason)")
        _ = error.diagnostic(in: text)
      }
    }
  }
}

@Test(arguments: 0..<16)
func `random tokens never trap`(seed: UInt64) {
  var random = SplitMix64(seed: seed)
  for _ in 0..<400 {
    let count = Int.random(in: 0..<16, using: &random)
    let blank = Bool.random(using: &random) ? " " : ""
    exercise(
      (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined(separator: blank))
  }
}

@Test(arguments: 0..<8)
func `mutated expressions never trap`(seed: UInt64) {
  var generator = ExpressionGenerator(seed: seed)
  var random = SplitMix64(seed: seed &+ 99)
  for _ in 0..<80 {
    var scalars = Array(generator.expression(.instantVector, depth: 4).description.unicodeScalars)
    for _ in 0..<Int.random(in: 1...3, using: &random) where !scalars.isEmpty {
      let index = Int.random(in: 0..<scalars.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: scalars.remove(at: index)
      case 1: scalars.removeSubrange(index...)
      default:
        scalars.insert(
          contentsOf: (parts.randomElement(using: &random) ?? "").unicodeScalars, at: index)
      }
    }
    exercise(String(String.UnicodeScalarView(scalars)))
  }
}
