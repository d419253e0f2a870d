import Foundation
import Incidents
import Model

/// The PetShop set: a graph, a recording of normal operation and one short recording per fault.
struct PetShopKit {
  let root: URL

  /// Rows stamped up to this long before a fault's time lie mostly after it (rows last 5 minutes).
  private static let early: Int64 = 60_000
  /// A normal window is as long as a fault's: three rows, after two that come before it.
  private static let windowLength: Int64 = 900_000
  private static let recentLength: Int64 = 600_000

  func cases() throws -> [RCACase] {
    let manager = FileManager.default
    var cases: [RCACase] = []
    for scenario in try manager.contentsOfDirectory(atPath: root.path).sorted() {
      let folder = root.appendingPathComponent(scenario, isDirectory: true)
      let graphFile = folder.appendingPathComponent("graph.csv")
      guard manager.fileExists(atPath: graphFile.path) else { continue }
      let graph = try graph(graphFile)
      let normal = try series(folder.appendingPathComponent("noissue/metrics.csv"))
      for split in try manager.contentsOfDirectory(atPath: folder.path).sorted()
      where split != "noissue" {
        let parent = folder.appendingPathComponent(split, isDirectory: true)
        guard let issues = try? manager.contentsOfDirectory(atPath: parent.path) else { continue }
        for issue in issues.sorted() {
          let path = parent.appendingPathComponent(issue, isDirectory: true)
          cases.append(
            try fault("\(scenario)/\(split)/\(issue)", path, normal: normal, graph: graph))
        }
      }
      cases += windows(scenario, normal: normal, graph: graph)
    }
    return cases
  }

  private func fault(
    _ name: String, _ folder: URL, normal: [KitSeries], graph: ServiceGraph
  ) throws -> RCACase {
    let target = try JSONDecoder().decode(
      Target.self, from: Data(contentsOf: folder.appendingPathComponent("target.json"))
    ).target
    let start = target.timestamp * 1000 - Self.early
    let faulty = try series(folder.appendingPathComponent("metrics.csv"))
    var reference: [Labels: KitSeries] = [:]
    for series in normal { reference[series.metric] = series }
    let histories = faulty.map { series in
      var history = series.history(
        normal: .min ..< .min, recent: .min..<start, since: start ..< .max)
      history.before = (reference[series.metric]?.values ?? [])[...]
      return history
    }
    return RCACase(
      name: name, isNormal: false, histories: histories, graph: graph,
      symptom: RootCause.Symptom(service: target.node, signal: Self.signal(target.metric)))
  }

  /// The recording of normal operation cut into windows, each judged against all the rest.
  private func windows(
    _ scenario: String, normal: [KitSeries], graph: ServiceGraph
  ) -> [RCACase] {
    guard let first = normal.compactMap(\.times.first).min(),
      let last = normal.compactMap(\.times.last).max()
    else { return [] }
    let step = Self.windowLength + Self.recentLength
    let starts = stride(
      from: first + Self.recentLength, to: last - Self.windowLength, by: Int(step))
    return starts.flatMap { start in
      let end = start + Self.windowLength
      let histories = normal.map {
        $0.history(
          normal: .min ..< .max, without: start - Self.recentLength..<end,
          recent: start - Self.recentLength..<start, since: start..<end)
      }
      return ["latency", "availability"].map { metric in
        RCACase(
          name: "\(scenario)/noissue/\(start)/\(metric)", isNormal: true,
          histories: histories, graph: graph,
          symptom: RootCause.Symptom(service: "PetSite", signal: Self.signal(metric)))
      }
    }
  }

  private static func signal(_ metric: String) -> Signal {
    switch metric {
    case "latency": .latency
    case "requests": .traffic
    default: .availability
    }
  }

  /// The adjacency matrix: the row's service calls the column's.
  private func graph(_ file: URL) throws -> ServiceGraph {
    let rows = try KitTable(file).rows
    let names = rows.first?.dropFirst().map(String.init) ?? []
    var edges: [(caller: String, callee: String)] = []
    for row in rows.dropFirst() {
      for (name, cell) in zip(names, row.dropFirst()) where (Double(cell) ?? 0) > 0 {
        edges.append((String(row[0]), name))
      }
    }
    return ServiceGraph(services: names, edges: edges)
  }

  /// Columns under three header rows (service, metric, statistic); times in seconds.
  private func series(_ file: URL) throws -> [KitSeries] {
    let rows = try KitTable(file).rows
    guard rows.count > 3 else { return [] }
    var series: [KitSeries] = (1..<rows[0].count).map { column in
      let metric = String(rows[1][column])
      let statistic = String(rows[2][column])
      let labels: Labels = [
        Labels.metricName: "\(metric)_\(statistic)", "service": String(rows[0][column]),
      ]
      return KitSeries(
        service: String(rows[0][column]), metric: labels, signal: Self.signal(metric))
    }
    for row in rows.dropFirst(3) {
      guard let seconds = Double(row[0]) else { continue }
      for index in series.indices where index + 1 < row.count {
        guard let value = Double(row[index + 1]), value.isFinite else { continue }
        series[index].times.append(Int64(seconds * 1000))
        series[index].values.append(value)
      }
    }
    return series
  }

  private struct Target: Decodable {
    var target: Place
    struct Place: Decodable {
      var node: String
      var metric: String
      var timestamp: Int64
    }
  }
}
