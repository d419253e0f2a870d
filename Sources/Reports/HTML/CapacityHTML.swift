public import Analysis
import Incidents
import Model

/// A capacity review as one HTML file.
public enum CapacityHTML {
  /// The whole page.
  public static func render(_ capacity: Capacity) -> String {
    let short = capacity.resources.filter(\.isShort)
    let open = capacity.resources.count { $0.atEvent == nil } + capacity.misfits.count
    let lead =
      short.isEmpty
      ? open == 0
        ? "Everything suffices for the next event."
        : "Nothing is known to fall short; of \(counted(open, "resource")) it is unknown."
      : "Not enough for the next event: "
        + short.map { "\($0.name) of \($0.service)" }.joined(separator: ", ") + "."
    let time =
      "\(Moment.date(capacity.span.lowerBound)) to \(Moment.date(capacity.span.upperBound))"
    let body =
      HTMLDocument.head("capacity review, \(time)", "What is left", lead)
      + (CapacityWords.basis(capacity).map {
        "<p>It is drawn \(Escaping.prose($0)).</p>"
      } ?? "")
      + HTMLReport.section("Resources", table(capacity))
      + capacity.resources.enumerated().map { section($1, capacity, id: "resource-\($0 + 1)") }
      .joined()
    return HTMLDocument.html(title: "Capacity review", body: body)
  }

  private static func table(_ capacity: Capacity) -> String {
    HTMLDocument.table(
      ["Service", "Resource", "Peak", "95 %", "At the event", "Exhausted in"],
      capacity.resources.map { resource in
        [
          Escaping.html(resource.service), Escaping.html(resource.name),
          Quantity.text(resource.peak, unit: "ratio"), Quantity.text(resource.p95, unit: "ratio"),
          resource.atEvent.map { Quantity.text($0, unit: "ratio") } ?? "unknown",
          resource.exhaustedIn.map(Moment.duration) ?? "–",
        ]
      }
        + capacity.misfits.map {
          [
            Escaping.html($0.service), Escaping.html($0.name),
            Escaping.html(CapacityWords.misfit($0)), "–", "unknown", "–",
          ]
        }, numbers: [2, 3, 4, 5])
  }

  private static func section(
    _ resource: Capacity.Resource, _ capacity: Capacity, id: String
  ) -> String {
    var window = EvidenceWindow(
      labels: [Labels.metricName: resource.name], title: "\(resource.name) of \(resource.service)",
      unit: "ratio", service: resource.service, times: resource.times, values: resource.values)
    window.threshold = capacity.options.target
    let chart = Report.Chart(window: window)
    return HTMLReport.section(
      Escaping.html("\(resource.name) of \(resource.service)"),
      "<p>\(Escaping.prose(CapacityWords.use(resource)))</p>"
        + "<p>\(Escaping.prose(CapacityWords.outlook(resource)))</p>"
        + "<p>\(Escaping.prose(CapacityWords.event(resource, capacity.options)))</p>"
        + ChartHTML.figure(chart, id: id))
  }
}
