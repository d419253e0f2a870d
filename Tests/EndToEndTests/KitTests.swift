import Foundation
import Testing

/// The program that runs outside kits, on kits of our own.
@Suite struct KitTests {
  /// `tocsin-conformance`, built next to the program.
  private let kits = program + "-conformance"

  private func rules(_ files: [(name: String, verdict: String, text: String)]) throws -> Outcome {
    let folder = try ScratchFolder()
    var manifest = ""
    for file in files {
      _ = try folder.write(file.name, file.text)
      manifest += "{\"name\": \"\(file.name)\", \"promtool_2_42\": \"\(file.verdict)\"}\n"
    }
    _ = try folder.write("manifest.jsonl", manifest)
    return try Running(["rules", "--evaluate", "."], in: folder, executable: kits).outcome()
  }

  private static let sound = """
    groups:
    - name: g
      rules:
      - record: job:errors:ratio
        expr: >
          sum by (job) (rate(requests_total{code=~"5.."}[5m]))
            / sum by (job) (rate(requests_total[5m]))
      - alert: Slow
        expr: histogram_quantile(0.9, sum by (le, pod) (rate(latency_bucket[5m]))) > 0.2
        annotations: {text: "{{ $labels.pod }} {{ $value | humanizeDuration }}"}
      - alert: Down
        expr: up{job!~"a.*"} * on (pod) group_left (node) pod_info == 0
      - alert: Native
        expr: histogram_avg(rate(sizes{kind=~"in|out"}[5m])) > 0
    """

  @Test func `sound rules find their data and give results`() throws {
    let outcome = try rules([("sound.yml", "accepted", Self.sound)])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("4 rules evaluated, 4 gave a result"), "\(outcome)")
    #expect(outcome.output.hasSuffix("1 passed, 0 failed\n"), "\(outcome)")
  }

  @Test func `a rule or a template that fails is told with its place`() throws {
    let broken = """
      groups:
      - name: g
        rules:
        - alert: Ambiguous
          expr: many{job="x"} * on (job) group_left other{job="x"}
        - alert: Template
          expr: vector(1)
          annotations: {text: "{{ humanize .Labels }}"}
      """
    let outcome = try rules([("broken.yml", "accepted", broken), ("bad.yml", "rejected", "a: 1")])
    #expect(outcome.status == 2, "\(outcome)")
    #expect(outcome.output.contains("broken.yml:4:12"), "\(outcome)")
    #expect(outcome.output.contains("many-to-many"), "\(outcome)")
    #expect(outcome.output.contains("broken.yml:6:12"), "\(outcome)")
    #expect(outcome.output.hasSuffix("1 passed, 1 failed\n"), "\(outcome)")
  }
}
