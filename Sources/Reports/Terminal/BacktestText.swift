public import Analysis
import Model

/// How well rules find labelled trouble, as a person reads it.
public struct BacktestText {
  private let style: TerminalStyle

  /// A writer of the style.
  public init(style: TerminalStyle) { self.style = style }

  /// Each rule with its score and, where there is one, a better setting; then the counts.
  public func text(_ backtest: Backtest) -> String {
    var out = ""
    for result in backtest.results {
      out += style.paint(style.foreign(result.alert), .strong)
      out += result.setting.map { "  \(BacktestWords.setting($0, result.isAbove))" } ?? ""
      out += "\n  " + BacktestWords.score(result.score) + "\n"
      if let proposal = result.proposal {
        let better = BacktestWords.setting(proposal.setting, result.isAbove)
        out += "  " + style.paint("better: \(better)", .good) + "\n"
        out += "  " + BacktestWords.score(proposal.score) + "\n"
      }
      out += "\n"
    }
    for failure in backtest.failures {
      out += style.foreign("\(failure.alert) was left out: \(failure.reason)") + "\n"
    }
    return out + BacktestWords.summary(backtest) + "\n"
  }
}

/// The words that all forms of a backtest share.
enum BacktestWords {
  static func setting(_ setting: RuleTrace.Setting, _ isAbove: Bool?) -> String {
    let side = isAbove.map { $0 ? "above" : "below" } ?? "beyond"
    var out = "\(side) \(Quantity.significant(setting.bound, digits: 4))"
    if let clear = setting.clear {
      out += " until \(Quantity.significant(clear, digits: 4))"
    }
    return setting.hold == 0 ? out : out + " for \(Moment.duration(setting.hold))"
  }

  static func score(_ score: Score) -> String {
    func share(_ value: Double?) -> String {
      value.map { Quantity.text($0, unit: "ratio") } ?? "–"
    }
    let delay = score.medianDelay.map { ", \(Moment.duration($0)) late" } ?? ""
    let pages = score.pagesPerWeek.map { ", \(Quantity.significant($0, digits: 2)) a week" } ?? ""
    return "precision \(share(score.precision)) (\(score.hits) of "
      + "\(counted(score.firings, "firing"))), recall \(share(score.recall)) "
      + "(\(score.found) of \(counted(score.windows, "window")))\(delay)\(pages)"
  }

  static func summary(_ backtest: Backtest) -> String {
    let few =
      backtest.windows.count < 5
      ? "; so few windows say little about other days" : ""
    return "\(counted(backtest.results.count, "rule")), "
      + "\(counted(backtest.windows.count, "labelled window")), "
      + "\(counted(backtest.tried, "setting")) tried\(few)"
  }
}
