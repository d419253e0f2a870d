import Analysis
import Engine
import Incidents
import Model
import Rules

/// An engine over a recording whose effects are gathered instead of printed, stored and sent.
struct Rehearsal: ~Copyable {
  /// What came out so far.
  private(set) var outcome = Outcome()
  private var tocsin: Tocsin

  /// Time of the oldest sample; nil before there is one.
  var start: Timestamp? { tocsin.firstTime }

  init(_ rules: RuleSet, _ options: EngineOptions = .replay) {
    var options = options
    options.collectsEvidence = false
    tocsin = Tocsin(rules: rules, options: options)
  }

  /// Takes over what was read.
  mutating func take(_ batch: borrowing SampleBatch) {
    note(tocsin.ingest(batch))
  }

  /// Evaluates what is left; the outcome is complete then.
  mutating func finish() {
    note(tocsin.finish())
  }

  private mutating func note(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .alert(let transition):
        outcome.note(transition, service: tocsin.context.service(of: transition.labels))
      case .incident(let change): outcome.note(change)
      case .diagnostic(let diagnostic): StandardError.write(diagnostic.description)
      case .change, .evidence: break
      }
    }
  }
}
