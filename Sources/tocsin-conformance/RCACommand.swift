import ArgumentParser
import Foundation
import Incidents
import Model

/// Ranks root causes over a kit of labelled faults, with the code that incidents use.
struct RCACommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rca",
    abstract: "Ranks the root causes of labelled faults; the kit's scorer judges the answers.",
    discussion: """
      Writes {"case": ["service", …]} with the most probable service first, [] where none stands \
      out, and prints how many normal windows were left without a cause.
      """)

  /// The kits that can be read.
  enum Kit: String, ExpressibleByArgument, CaseIterable {
    case petshop, nezha
  }

  @Argument(help: "The kind of kit: petshop or nezha.")
  var kit: Kit

  @Argument(help: "The kit's folder.", completion: .directory)
  var folder: String

  @Argument(help: "Where the answers are written.")
  var output: String

  @Flag(help: "Print the reasons for the first three suspects of every case.")
  var explain = false

  func run() throws {
    let root = URL(fileURLWithPath: folder, isDirectory: true)
    let cases =
      switch kit {
      case .petshop: try PetShopKit(root: root).cases()
      case .nezha: try NezhaKit(root: root).cases()
      }
    var answers = JSONWriter()
    var named = 0
    var normal = 0
    answers.object { json in
      for item in cases {
        let ranked = RootCause.rank(item.histories, graph: item.graph, symptom: item.symptom)
        if explain { Self.explain(item) }
        if item.isNormal {
          normal += 1
          named += ranked.isEmpty ? 0 : 1
        } else {
          json.field(item.name, ranked.map(\.service))
        }
      }
    }
    try Data((answers.text + "\n").utf8).write(to: URL(fileURLWithPath: output))
    let quiet = normal - named
    let share = normal > 0 ? Double(quiet) / Double(normal) : 1
    print("\(cases.count - normal) cases answered in \(output)")
    print("\(quiet) of \(normal) normal windows without a cause (\(share))")
  }

  private static func explain(_ item: RCACase) {
    // Without a bound on the evidence, so that what was not named can be seen too.
    let ranked = RootCause.rank(
      item.histories, graph: item.graph, symptom: item.symptom, evidenceMin: 0)
    print(item.name)
    for candidate in ranked.prefix(3) {
      print(
        "  \(candidate.service) \(candidate.evidence): \(candidate.because.joined(separator: "; "))"
      )
    }
  }
}

/// One fault, or one stretch of normal operation, with all that was measured around it.
struct RCACase {
  var name: String
  /// True where nothing was wrong and no cause should be named.
  var isNormal: Bool
  var histories: [MetricHistory]
  var graph: ServiceGraph
  /// Where the trouble is felt and as what, where the kit says it.
  var symptom: RootCause.Symptom?
}

/// A series as the kits' tables give it.
struct KitSeries {
  var service: String
  var metric: Labels
  var signal: Signal
  var caller: String?
  /// In milliseconds, ascending.
  var times: [Int64] = []
  var values: [Double] = []

  /// The series around a fault: `normal` is the reference, `recent` and `since` are cut at `start`.
  func history(
    normal: Range<Int64>, without hole: Range<Int64>? = nil, recent: Range<Int64>,
    since: Range<Int64>
  ) -> MetricHistory {
    func rows(_ range: Range<Int64>) -> Range<Int> {
      let first = times.partition(before: range.lowerBound)
      return first..<max(first, times.partition(before: range.upperBound))
    }
    var reference = rows(normal)
    var before: [Double] = []
    if let hole {
      before = Array(values[reference.clamped(to: 0..<rows(hole).lowerBound)])
      reference = reference.clamped(to: rows(hole).upperBound..<values.count)
    }
    before += values[reference]
    let inside = rows(since)
    return MetricHistory(
      service: service, metric: metric, signal: signal, caller: caller, before: before,
      recent: Array(values[rows(recent)]), times: Array(times[inside]),
      since: Array(values[inside]))
  }
}

/// A table of comma-separated values without quotes, as the kits have them.
struct KitTable {
  let rows: [[Substring]]

  init(_ file: URL) throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    rows = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
  }
}

extension [Int64] {
  /// The number of elements before `bound` in an ascending array.
  fileprivate func partition(before bound: Int64) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
