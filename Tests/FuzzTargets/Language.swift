import Engine
import Model
import PromQL

/// An expression that is read must print as one that reads back and prints the same.
func readExpression(_ text: String) {
  for options in [ParserOptions(), .experimental] {
    do {
      let printed = try Expression(parsing: text, options: options).description
      do {
        let again = try Expression(parsing: printed, options: options)
        precondition(again.description == printed, "prints as \(again), was \(printed)")
      } catch {
        preconditionFailure("printed form \(printed) is refused")
      }
    } catch {
      for problem in error.errors {
        precondition(
          problem.range.lowerBound >= 0 && problem.range.upperBound <= text.utf8.count,
          "the place of \(problem) is outside the text")
        _ = problem.diagnostic(in: text, at: nil).description
      }
    }
  }
}

/// A regular expression and, in the lines below it, texts to match.
func readPattern(_ text: String) {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  guard let pattern = try? Pattern(lines[0]) else { return }
  for line in lines.dropFirst() {
    _ = pattern.wholeMatch(in: line)?.expanding("$0 ${1} $x $$")
  }
}

func readNotation(_ text: String) {
  _ = try? SeriesNotation(parsing: text)
}

func readScript(_ text: String) {
  let script = Script(parsing: text, file: "fuzz.test")
  for fault in script.faults { _ = fault.diagnostic.description }
}
