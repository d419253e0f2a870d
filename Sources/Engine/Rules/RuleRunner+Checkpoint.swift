import Evaluation
import Model
import Rules

/// What a rule remembers, as bytes; by the labels of its series, so that it also survives a reload
/// in which series get other numbers.
extension RuleRunner {
  /// Writes alerts first, then what the kind of rule remembers of its series.
  func encodeState(at time: Timestamp, into writer: inout CheckpointWriter) {
    let alerts = table?.checkpoint(at: time) ?? AlertTable.Checkpoint(entries: [])
    alerts.encode(into: &writer)
    if let recorder {
      let present = recorder.present
      writer.write(count: present.count)
      for labels in present { writer.write(labels) }
    }
    condition?.encodeState({ plan.labels($0) }, into: &writer)
  }

  /// Reads what `encodeState` of an equal rule wrote, before the first tick.
  func restoreState(from reader: inout CheckpointReader) throws(CheckpointError) {
    var alerts = try AlertTable.Checkpoint(from: &reader)
    // How values stand to the bound follows from the rule, so that it is not stored.
    let comparison = rule.measure(of: 0).comparison
    for index in alerts.entries.indices where alerts.entries[index].measure.threshold != nil {
      alerts.entries[index].measure.comparison = comparison
    }
    table?.restore(alerts)
    if let recorder {
      var present: [Labels] = []
      for _ in 0..<(try reader.count()) { present.append(try reader.labels()) }
      recorder.restore(present: present)
    }
    try condition?.restoreState(from: &reader)
    try reader.finish()
  }
}
