import Analysis
import Model
import Testing

@Suite struct DisturbanceTests {
  /// Two sources, scraped every 15 s.
  private func recording(_ count: Int = 2000) -> SampleBatch {
    var batch = SampleBatch()
    for step in 0..<count {
      for host in ["a:9100", "b:9100"] {
        let labels: Labels = ["__name__": "cpu", "instance": host, "job": "node"]
        batch.append(
          labels: labels, time: Timestamp(milliseconds: Int64(step) * 15_000),
          value: Double(step))
      }
    }
    return batch
  }

  private struct Row: Hashable {
    var key: String
    var time: Int64
    var value: Double
  }

  private func rows(_ batch: SampleBatch) -> [Row] {
    (0..<batch.count).map { row in
      let key = batch.bytes[Int(batch.keyStarts[row])..<Int(batch.keyEnds[row])]
      return Row(
        key: String(decoding: key, as: UTF8.self), time: batch.times[row], value: batch.values[row])
    }
  }

  private func run(_ settings: Disturbance.Settings, pieces: Int = 1) -> ([Row], Disturbance) {
    let all = recording()
    var disturbance = Disturbance(settings)
    var out: [Row] = []
    let size = (all.count + pieces - 1) / pieces
    for start in stride(from: 0, to: all.count, by: size) {
      var piece = SampleBatch()
      for row in start..<min(all.count, start + size) { piece.append(row: row, of: all) }
      out += rows(disturbance.pass(piece))
    }
    return (out + rows(disturbance.rest()), disturbance)
  }

  @Test func `nothing asked, nothing done`() {
    let (out, disturbance) = run(Disturbance.Settings(seed: 9))
    #expect(out == rows(recording()))
    #expect(disturbance.counts.dropped == 0 && disturbance.counts.overtaken == 0)
  }

  @Test func `the share that is lost or doubled is the share asked for`() {
    let (out, disturbance) = run(Disturbance.Settings(drop: 0.05, duplicate: 0.1, seed: 4))
    let counts = disturbance.counts
    #expect(counts.samples == 4000)
    #expect((150...250).contains(counts.dropped), "\(counts)")
    #expect((310...450).contains(counts.duplicated), "\(counts)")
    #expect(out.count == 4000 - counts.dropped + counts.duplicated)
    #expect(Set(out).count == 4000 - counts.dropped)
  }

  @Test(arguments: [1, 7, 400]) func `cuts do not show`(pieces: Int) {
    let settings = Disturbance.Settings(
      drop: 0.05, delay: 40_000, skew: 2000, duplicate: 0.02, seed: 11)
    let (whole, _) = run(settings)
    #expect(Set(run(settings, pieces: pieces).0) == Set(whole))
    #expect(run(settings, pieces: 4000).0 == run(settings, pieces: 4000).0)
  }

  @Test func `delayed samples are overtaken, none is lost`() {
    let (out, disturbance) = run(Disturbance.Settings(delay: 40_000, seed: 2), pieces: 4000)
    #expect(Set(out) == Set(rows(recording())))
    #expect(disturbance.counts.overtaken > 100)
    // Nobody is overtaken by what set out more than the longest delay later.
    var newest = Int64(0)
    for row in out {
      #expect(row.time > newest - 40_000 - 15_000)
      newest = max(newest, row.time)
    }
  }

  @Test func `a source's clock is off by the same amount always`() {
    let (out, _) = run(Disturbance.Settings(skew: 2000, seed: 5))
    let offsets = Dictionary(grouping: out, by: \.key).mapValues { rows in
      Set(rows.map { $0.time - Int64($0.value) * 15_000 })
    }
    #expect(offsets.count == 2 && offsets.values.allSatisfy { $0.count == 1 })
    let all = offsets.values.flatMap(\.self)
    #expect(all.allSatisfy { abs($0) <= 2000 } && Set(all).count == 2)
  }

  @Test func `another seed is another fate`() {
    let a = run(Disturbance.Settings(drop: 0.05, seed: 1)).0
    #expect(a != run(Disturbance.Settings(drop: 0.05, seed: 2)).0)
  }
}

@Suite struct StabilityTests {
  private func verdicts(_ before: Outcome, _ after: Outcome) -> [String: Stability.Verdict] {
    let stability = Stability(undisturbed: before, disturbed: after, tolerance: 15_000)
    return Dictionary(uniqueKeysWithValues: stability.rules.map { ($0.alert, $0.verdict) })
  }

  @Test func `each rule is named by what became of it`() {
    let before = outcome([
      ("Steady", "s", 0, 10), ("Late", "s", 0, 10), ("Flaky", "s", 0, 10), ("Silent", "s", 0, 10),
      ("Short", "s", 0, 10),
    ])
    let after = outcome([
      ("Steady", "s", 0.25, 10.25), ("Late", "s", 1, 10), ("Flaky", "s", 0, 4),
      ("Flaky", "s", 5, 10), ("Short", "s", 0, 8), ("Ghost", "s", 3, 4),
    ])
    #expect(
      verdicts(before, after) == [
        "Steady": .steady, "Late": .late, "Flaky": .flaky, "Silent": .silent, "Short": .flaky,
        "Ghost": .flaky,
      ])
  }

  @Test func `the gravest come first`() {
    let stability = Stability(
      undisturbed: outcome([("B", "s", 0, 5), ("A", "s", 0, 5)]),
      disturbed: outcome([("B", "s", 0, 5)]), tolerance: 15_000)
    #expect(stability.rules.map(\.alert) == ["A", "B"])
    #expect(stability.jsonLines(Disturbance(.init()).counts).count == 3)
    #expect(Stability(undisturbed: Outcome(), disturbed: Outcome(), tolerance: 0).rules.isEmpty)
  }
}
