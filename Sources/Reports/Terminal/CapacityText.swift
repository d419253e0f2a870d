public import Analysis
import Model

/// What is left of resources, as a table for a person.
public struct CapacityText {
  private let style: TerminalStyle

  /// A writer of the style.
  public init(style: TerminalStyle) { self.style = style }

  /// One line a resource, the shortest of room first, with what to do about it.
  public func text(_ capacity: Capacity) -> String {
    guard !capacity.resources.isEmpty || !capacity.misfits.isEmpty else {
      return "nothing tells how much of a resource is used\n"
    }
    var out = CapacityWords.basis(capacity).map { $0 + "\n" } ?? ""
    for resource in capacity.resources {
      let name = style.foreign("\(resource.service): \(resource.name)")
      out += style.paint(name, resource.isShort ? .level(.high) : .strong) + "\n"
      out += "  \(CapacityWords.use(resource))\n  \(CapacityWords.outlook(resource))\n"
      out += "  \(CapacityWords.event(resource, capacity.options))\n"
    }
    for misfit in capacity.misfits {
      out += style.paint(style.foreign("\(misfit.service): \(misfit.name)"), .soft) + "\n"
      out += "  \(CapacityWords.misfit(misfit))\n"
    }
    return out
  }
}

/// The words that all forms of a capacity review share.
enum CapacityWords {
  /// What the review rests on, where it is less than a recording.
  static func basis(_ capacity: Capacity) -> String? {
    guard case .evidence(let incidents) = capacity.basis else { return nil }
    let those = counted(incidents, "incident")
    return "from what the store kept around \(those), "
      + "\(Moment.date(capacity.span.lowerBound)) to \(Moment.date(capacity.span.upperBound)); "
      + "what was used in between is not known"
  }

  static func use(_ resource: Capacity.Resource) -> String {
    "peak \(share(resource.peak)), 95 % of the time at most \(share(resource.p95))"
  }

  static func outlook(_ resource: Capacity.Resource) -> String {
    if resource.isFull { return "all of it was used at the peak: it is too small already" }
    guard let trend = resource.trendPerDay else { return "no clear trend" }
    let verb = trend < 0 ? "fall" : "grow"
    let points = Quantity.significant(abs(trend) * 100, digits: 2)
    let end = resource.exhaustedIn.map { "exhausted in \(Moment.duration($0))" }
    return "its peaks \(verb) by \(points) points a day, "
      + (end ?? (trend < 0 ? "no end in sight" : "no end within a year"))
  }

  static func event(_ resource: Capacity.Resource, _ options: Capacity.Options) -> String {
    let load = Quantity.significant(options.eventLoad, digits: 2)
    guard let atEvent = resource.atEvent else {
      return resource.driver == .time
        ? "it grows as time passes, not with the traffic: the load does not tell what it needs"
        : "what it needs at \(load) times the highest load is unknown: no traffic explains its use"
    }
    let used =
      atEvent > 1
      ? "more than all of it would be needed, \(Quantity.significant(atEvent, digits: 2)) times"
      : "\(share(atEvent)) of it would be used"
    let state = "at \(load) times the highest load \(used) (as it followed the traffic)"
    guard let growth = resource.growth(toStayBelow: options.target) else {
      return "\(state): enough"
    }
    // What must grow is rounded up: a little more than needed, never less.
    let factor = Quantity.significant((growth * 10).rounded(.up) / 10, digits: 2)
    return "\(state): make it \(factor) times as large, or scale out from "
      + "\(share(options.target)) on, to stay below \(share(options.target))"
  }

  /// What is wrong with what looked like a share.
  static func misfit(_ misfit: Capacity.Misfit) -> String {
    "unknown: its series is no share of anything, it goes from "
      + "\(share(misfit.range.lowerBound)) to \(share(misfit.range.upperBound))"
  }

  static func share(_ value: Double) -> String { Quantity.text(value, unit: "ratio") }
}
