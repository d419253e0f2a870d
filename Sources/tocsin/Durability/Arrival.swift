import Engine
import Foundation
import Incidents
import Model

/// Something that came from outside and that no input can say again.
enum Arrival {
  /// Samples that were pushed, or scraped, and when.
  case samples(SampleBatch, isScrape: Bool, at: Timestamp)
  /// Alerts that another system evaluated.
  case alerts([ForeignAlert], at: Timestamp)
  /// What a person did to an incident.
  case command(IncidentCommand, at: Timestamp)
  /// Nothing came for so many ms, and event time went on.
  case silence(Milliseconds, at: Timestamp)

  private enum Tag {
    static let pushed: UInt8 = 0
    static let scraped: UInt8 = 1
    static let silence: UInt8 = 2
    static let alerts: UInt8 = 3
    static let command: UInt8 = 4
  }

  // JSON refuses only numbers that are not finite, and neither a change nor a command holds any.
  func encode(into writer: inout CheckpointWriter) {
    switch self {
    case .samples(let batch, let isScrape, let time):
      writer.write(byte: isScrape ? Tag.scraped : Tag.pushed)
      writer.write(time)
      writer.write(samplesOf: batch)
      writer.write(count: batch.metadata.count)
      for entry in batch.metadata {
        for text in [entry.name, entry.type, entry.unit, entry.help] { writer.write(text) }
      }
      let changes = batch.changes.isEmpty ? nil : try? JSONEncoder().encode(batch.changes)
      writer.write(block: changes ?? Data())
    case .alerts(let alerts, let time):
      writer.write(byte: Tag.alerts)
      writer.write(time)
      writer.write(count: alerts.count)
      for alert in alerts {
        writer.write(alert.labels)
        writer.write(alert.annotations)
        writer.write(alert.startsAt)
        writer.write(alert.endsAt)
      }
    case .command(let command, let time):
      writer.write(byte: Tag.command)
      writer.write(time)
      writer.write(block: (try? JSONEncoder().encode(command)) ?? Data())
    case .silence(let length, let time):
      writer.write(byte: Tag.silence)
      writer.write(time)
      writer.write(length)
    }
  }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    let tag = try reader.byte()
    let time = try reader.time()
    switch tag {
    case Tag.pushed, Tag.scraped:
      self = .samples(try Self.batch(&reader), isScrape: tag == Tag.scraped, at: time)
    case Tag.silence: self = .silence(try reader.int64(), at: time)
    case Tag.alerts:
      var alerts: [ForeignAlert] = []
      for _ in 0..<(try reader.count()) {
        alerts.append(
          ForeignAlert(
            labels: try reader.labels(), annotations: try reader.labels(),
            startsAt: try reader.optionalTime(), endsAt: try reader.optionalTime()))
      }
      self = .alerts(alerts, at: time)
    case Tag.command:
      let json = Data(try reader.block())
      guard let command = try? JSONDecoder().decode(IncidentCommand.self, from: json) else {
        throw reader.failure()
      }
      self = .command(command, at: time)
    default: throw reader.failure()
    }
  }

  private static func batch(
    _ reader: inout CheckpointReader
  ) throws(CheckpointError) -> SampleBatch {
    var batch = try reader.batch()
    for _ in 0..<(try reader.count()) {
      batch.metadata.append(
        MetricMetadata(
          name: try reader.text(), type: try reader.text(), unit: try reader.text(),
          help: try reader.text()))
    }
    let changes = Data(try reader.block())
    if !changes.isEmpty {
      guard let list = try? JSONDecoder().decode([ChangeEvent].self, from: changes) else {
        throw reader.failure()
      }
      batch.changes = list
    }
    return batch
  }
}
