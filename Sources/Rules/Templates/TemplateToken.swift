/// One token of a template, with its place in the text.
struct TemplateToken {
  /// What the token is.
  enum Kind: Equatable {
    /// Text outside of actions, trimmed.
    case text
    /// `{{`, with or without trim marker.
    case leftDelimiter
    /// `}}`, with or without trim marker.
    case rightDelimiter
    /// A run of spaces in an action; it separates operands.
    case space
    /// `=`
    case assign
    /// `:=`
    case declare
    /// `|`
    case pipe
    /// `,` or another single character.
    case character
    /// `'a'`
    case characterConstant
    /// `"text"`
    case string
    /// `` `text` ``
    case rawString
    /// `1.5`
    case number
    /// `.name`
    case field
    /// `$` or `$name`
    case variable
    /// A function's name.
    case identifier
    /// `true` or `false`
    case boolean
    /// `(`
    case leftParenthesis
    /// `)`
    case rightParenthesis
    /// `.`
    case dot
    /// `nil`
    case null
    /// `if`, `range`, `end`, …
    case keyword
    /// The end of the template.
    case end
  }

  var kind: Kind
  /// As written.
  var text: String
  /// UTF-8 offsets into the template.
  var range: Range<Int>

  /// How the token is named in a message.
  var description: String {
    switch kind {
    case .end: "end of template"
    case .rightDelimiter: "\"}}\""
    case .leftDelimiter: "\"{{\""
    case .space: "space"
    default: "\"\(text.utf8.count > 30 ? String(text.prefix(20)) + "…" : text)\""
    }
  }
}

/// Why a template was refused or failed, and where.
public struct TemplateError: Error, Hashable, Sendable {
  /// A bounded set of words.
  public enum Code: String, Sendable, CaseIterable {
    /// The template's text is no template.
    case syntax = "template-syntax"
    /// A function that does not exist.
    case unknownFunction = "template-unknown-function"
    /// A variable that was not declared.
    case unknownVariable = "template-unknown-variable"
    /// It failed while it was expanded.
    case execution = "template-execution"
    /// It ran into one of `TemplateLimits`.
    case limit = "template-limit"
  }

  /// What kind of trouble it is.
  public var code: Code
  /// What is wrong; lower case, no full stop.
  public var message: String
  /// UTF-8 offsets into the template.
  public var range: Range<Int>

  /// An error at `range`.
  public init(_ code: Code, _ message: String, at range: Range<Int>) {
    self.code = code
    self.message = message
    self.range = range
  }
}
