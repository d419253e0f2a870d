public import Model

/// A piece of work that an incident leaves behind.
public struct ActionItem: Hashable, Sendable, Codable, Identifiable {
  /// Whether it is done.
  public enum State: String, Sendable, Codable, CaseIterable {
    /// Still to do.
    case open
    /// Done.
    case done
    /// Decided against.
    case dropped
  }

  /// Hash of incident and text, so that a draft made twice is one item.
  public var id: String
  /// What is to be done.
  public var text: String
  /// Person or team; nil while nobody has it.
  public var owner: String?
  /// By when; nil without a date.
  public var due: Timestamp?
  /// Whether it is done.
  public var state: State
  /// True while no person has confirmed it.
  public var isDraft: Bool

  /// An item of `incident`.
  public init(
    incident: String, text: String, owner: String? = nil, due: Timestamp? = nil,
    state: State = .open, isDraft: Bool = false
  ) {
    var hash = StableHash()
    hash.combine(incident)
    hash.combine(text)
    id = hash.hexadecimal
    self.text = text
    self.owner = owner
    self.due = due
    self.state = state
    self.isDraft = isDraft
  }
}
