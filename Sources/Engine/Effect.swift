public import Incidents
public import Model
public import Rules

/// Something the engine has decided, in the order in which it must be stored and acted on.
///
/// Equal input gives equal effects in equal order, whatever the sizes of batches and passes.
public enum Effect: Sendable {
  /// An alert became pending, fires, or is over.
  case alert(AlertTransition)
  /// An incident was opened, changed, resolved or reopened.
  ///
  /// Behind a reference, since it is many times as large as the other cases.
  indirect case incident(IncidentChange)
  /// Somebody changed a service.
  case change(ChangeEvent)
  /// Series that show an incident, to be stored with it: all that is known of them so far.
  case evidence(incident: String, [EvidenceWindow])
  /// Trouble with a rule or with the input, told once for each kind.
  case diagnostic(Diagnostic)

  /// The event time at which it happened; nil for diagnostics and evidence.
  public var time: Timestamp? {
    switch self {
    case .alert(let transition): transition.time
    case .incident(let change): change.time
    case .change(let change): change.time
    case .evidence, .diagnostic: nil
    }
  }
}
