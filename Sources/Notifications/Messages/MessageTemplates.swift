import Incidents
public import Rules
import Model

/// The words of each stage: Go templates over the facts of a notice (`NoticeFacts`).
public struct MessageTemplates: Sendable {
  /// The words of one stage.
  public struct Words: Sendable {
    /// One line.
    public var title: Template
    /// Plain text.
    public var text: Template

    /// A title and a text.
    public init(title: Template, text: Template) {
      self.title = title
      self.text = text
    }
  }

  private var own: [Stage: Words]

  /// Templates of one's own for some stages; the program's for the others.
  public init(_ own: [Stage: Words] = [:]) {
    self.own = own
  }

  /// The stages that have words of their own, in order.
  var ownStages: [Stage] { Stage.allCases.filter { own[$0] != nil } }

  /// The words of a stage.
  public subscript(stage: Stage) -> Words? {
    get { own[stage] ?? DefaultWords.table[stage] }
    set { own[stage] = newValue }
  }

  /// The message of a notice.
  ///
  /// A template that fails gives the plain facts and says why: a clumsy page is better than none.
  public func message(for notice: Notice, limit: Int) -> Message {
    let context = NoticeFacts.context(of: notice)
    let plain =
      "\(notice.incident.severity.rawValue.uppercased()) \(notice.stage.rawValue): "
      + notice.incident.title
    var failure: String?
    func expand(_ template: Template?, else fallback: String) -> String {
      guard let template else { return fallback }
      do throws(TemplateError) {
        return try template.result(in: context)
      } catch {
        failure = failure ?? error.message
        return fallback
      }
    }
    let news = notice.news.map { "\($0.time.clock)  \($0.text)" }.joined(separator: "\n")
    let title = expand(self[notice.stage]?.title, else: plain)
    var text = expand(self[notice.stage]?.text, else: news)
    if let failure { text += "\n\n(a message template failed: \(failure))" }
    let line = title.split(whereSeparator: \.isNewline).joined(separator: " ")
    return Message(
      title: line.cut(toBytes: min(limit, 1024)), text: Self.tidied(text).cut(toBytes: limit))
  }

  /// No blanks at the ends of lines, never more than one empty line, none at the ends.
  private static func tidied(_ text: String) -> String {
    var lines: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = line
      while line.last?.isWhitespace == true { line.removeLast() }
      if line.isEmpty, lines.last?.isEmpty ?? true { continue }
      lines.append(line)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
