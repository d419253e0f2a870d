import Foundation
import Incidents
import Model

/// The Nezha set, metrics only: a folder a day with one table per pod, faults by their time, and a
/// stretch of normal operation each day.
struct NezhaKit {
  let root: URL

  /// Faults last some minutes; the first samples after the start still cover time before it.
  private static let settle: Int64 = 30_000
  private static let length: Int64 = 300_000
  private static let recentLength: Int64 = 180_000

  func cases() throws -> [RCACase] {
    let decoder = JSONDecoder()
    let questions = try decoder.decode(
      [String: Question].self, from: Data(contentsOf: root.appendingPathComponent("questions.json"))
    )
    let days = try decoder.decode(
      [String: Day].self, from: Data(contentsOf: root.appendingPathComponent("days.json")))
    var cases: [RCACase] = []
    for day in days.keys.sorted() {
      guard let limits = days[day]?.normal, limits.count == 2, let from = Self.time(limits[0]),
        let to = Self.time(limits[1])
      else { continue }
      let folder = root.appendingPathComponent(day, isDirectory: true)
      let graph = try graph(folder)
      let series = try series(folder, graph: graph)
      for (name, question) in questions.sorted(by: { $0.key < $1.key })
      where name.hasPrefix("\(day)/") {
        guard let start = Self.time(question.time) else { continue }
        let histories = series.map { history($0, normal: from..<to, start: start) }
        cases.append(
          RCACase(name: name, isNormal: false, histories: histories, graph: graph))
      }
      let step = Int(Self.length + Self.recentLength)
      for start in stride(from: from + Self.recentLength, to: to - Self.length, by: step) {
        let hole = start - Self.recentLength..<start + Self.length
        let histories = series.map {
          history($0, normal: from..<to, without: hole, start: start)
        }
        cases.append(
          RCACase(
            name: "\(day)/normal/\(start)", isNormal: true, histories: histories,
            graph: graph))
      }
    }
    return cases
  }

  private func history(
    _ series: KitSeries, normal: Range<Int64>, without hole: Range<Int64>? = nil, start: Int64
  ) -> MetricHistory {
    series.history(
      normal: normal, without: hole, recent: start - Self.recentLength..<start,
      since: start + Self.settle..<start + Self.length)
  }

  /// `2022-08-22T03:53:54` in UTC, in milliseconds.
  private static func time(_ text: some StringProtocol) -> Int64? {
    let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
    guard parts.count >= 6, (1...12).contains(parts[1]) else { return nil }
    let days = CalendarTime.daysSinceEpoch(year: parts[0], month: parts[1], day: parts[2])
    return Int64(((days * 24 + parts[3]) * 60 + parts[4]) * 60 + parts[5]) * 1000
  }

  /// The rows of `dependency.csv`, caller, callee and weight; a day without it has no graph.
  private func graph(_ folder: URL) throws -> ServiceGraph {
    let file = folder.appendingPathComponent("dependency.csv")
    guard FileManager.default.fileExists(atPath: file.path) else { return ServiceGraph(edges: []) }
    let edges = try KitTable(file).rows.dropFirst().filter { row in
      row.count >= 2 && !row[1].contains(".")
    }
    return ServiceGraph(edges: edges.map { (String($0[0]), String($0[1])) })
  }

  private func series(_ folder: URL, graph: ServiceGraph) throws -> [KitSeries] {
    let suffix = "_metric.csv"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    var series: [KitSeries] = []
    for file in files where file.hasSuffix(suffix) {
      // A pod is named after its deployment: service, replica set, pod.
      let pod = file.dropLast(suffix.count).split(separator: "-")
      let service = pod.dropLast(min(2, pod.count - 1)).joined(separator: "-")
      series += try pods(folder.appendingPathComponent(file), service: service)
    }
    return series + (try edges(folder, graph: graph))
  }

  /// The columns of one pod; those of its node belong to other pods too and are left out.
  private func pods(_ file: URL, service: String) throws -> [KitSeries] {
    let rows = try KitTable(file).rows
    guard let header = rows.first else { return [] }
    return header.indices.compactMap { column in
      let name = String(header[column])
      guard name != "time", name != "PodName", !name.hasPrefix("Node") else { return nil }
      let metric: Labels = [Labels.metricName: name, "service": service]
      var series = KitSeries(service: service, metric: metric, signal: Signal(metric: metric))
      for row in rows.dropFirst() where column < row.count {
        guard let time = Self.time(row[0]), let value = Double(row[column]), value.isFinite
        else { continue }
        series.times.append(time)
        series.values.append(value)
      }
      return series
    }
  }

  /// What the callers wait for each callee beyond the time that the callee says it works.
  private func edges(_ folder: URL, graph: ServiceGraph) throws -> [KitSeries] {
    var seen: [String: [String: [Int64: Double]]] = [:]
    for side in ["source", "destination"] {
      let file = folder.appendingPathComponent("\(side)_50.csv")
      guard FileManager.default.fileExists(atPath: file.path) else { return [] }
      let rows = try KitTable(file).rows
      guard let header = rows.first else { return [] }
      for row in rows.dropFirst() {
        guard let time = Self.time(row[0]) else { continue }
        // The two sides are sampled a second apart: the minute brings them together.
        for column in 1..<min(row.count, header.count) {
          guard let value = Double(row[column]), value.isFinite else { continue }
          seen[String(header[column]), default: [:]][side, default: [:]][time / 60_000] = value
        }
      }
    }
    return seen.keys.sorted().compactMap { edge in
      let ends = edge.split(separator: "_").map(String.init)
      guard ends.count == 2, let source = seen[edge]?["source"],
        let destination = seen[edge]?["destination"]
      else { return nil }
      let minutes = source.keys.filter { destination[$0] != nil }.sorted()
      let metric: Labels = [
        Labels.metricName: "way_seconds", "service": ends[1], "caller": ends[0],
      ]
      return KitSeries(
        service: ends[1], metric: metric, signal: .latency, caller: ends[0],
        times: minutes.map { $0 * 60_000 },
        values: minutes.map { (source[$0] ?? 0) - (destination[$0] ?? 0) })
    }
  }

  private struct Question: Decodable {
    var time: String
  }

  private struct Day: Decodable {
    var normal: [String]
  }
}
