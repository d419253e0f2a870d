import ArgumentParser
import Incidents
import Model

/// What is known of a change that no recording tells.
struct ChangeOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("When the service was changed.", valueName: "time"))
  var changedAt: TimeArgument?

  @Option(name: .long, help: ArgumentHelp("How: kubernetes, vercel, …", valueName: "kind"))
  var kind: String?

  @Option(name: .long, help: ArgumentHelp("What is there now.", valueName: "version"))
  var changedTo: String?

  @Option(
    name: .customLong("previous"),
    help: ArgumentHelp("What was there before.", valueName: "version"))
  var previous: String?

  /// The change that is judged: the last one of `service` among `changes`, or what the flags say.
  func change(of service: String, among changes: [ChangeEvent], orAt time: Timestamp?)
    -> ChangeEvent?
  {
    if changedAt == nil, let known = changes.last(where: { $0.service == service }) { return known }
    guard let time = changedAt?.time ?? time else { return nil }
    return ChangeEvent(
      time: time, service: service, kind: kind ?? "deploy", version: changedTo,
      previousVersion: previous)
  }
}
