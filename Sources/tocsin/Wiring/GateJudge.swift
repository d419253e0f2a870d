import Analysis
import Foundation
import Incidents
import Model
import Sources

/// Reads the two sides of a change and lets the gate judge them.
struct GateJudge {
  let service: String
  let context: IncidentContext
  let change: ChangeOptions
  let plan: GatePlan

  /// How often the verdict is asked for in a live watch, in ms of event time.
  private static let lookEvery: Milliseconds = 30_000

  /// One recording that holds the change.
  func judge(_ recording: RecordedSide) throws -> Gate {
    guard let span = recording.span,
      let event = change.change(of: service, among: recording.changes, orAt: nil)
    else {
      throw CommandFailure.unusable(
        "error: no change of \(quoted(service)) in the recording; say when with --changed-at")
    }
    return gate(recording, span, event, looks: 1)
  }

  /// Two recordings: of before and after, or of old and new side by side.
  func judge(before: RecordedSide, after: RecordedSide) throws -> Gate {
    guard let old = before.span, let new = after.span else {
      throw CommandFailure.unusable("error: a recording holds no sample")
    }
    var gate = Gate(
      service: service,
      before: GatePlan.side(of: service, within: old, reader(before), context),
      after: GatePlan.side(of: service, within: new, reader(after), context))
    gate.change = change.change(
      of: service, among: before.changes + after.changes, orAt: new.lowerBound)
    return gate
  }

  /// A live stream, watched until the verdict is to roll back or `length` has passed since the change.
  ///
  /// What is in `before` was recorded before; without it the stream must hold the change.
  func watch(
    _ files: [String], before: [String], _ input: InputOptions, for length: Milliseconds
  ) throws -> Gate {
    var side = before.isEmpty ? RecordedSide() : try RecordedSide(before, input)
    let known = side.span?.upperBound
    let pipe = InputReader.live(
      files, try input.decoder(), follows: true,
      clock: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
    defer { pipe.cancel() }
    let deadline = Date().addingTimeInterval(Double(length) / 1000 + 60)
    let looks = Int(max(1, length / Self.lookEvery))
    var delivery = Delivery()
    var nextLook = Int64.min
    var last: Gate?
    while Date() < deadline {
      let reception = try receive(pipe, &delivery)
      if reception == .delivered { side.take(delivery.batch) }
      let at = known.map { $0 + 1 }
      if let span = side.span,
        let event = change.change(of: service, among: side.changes, orAt: at)
      {
        let isOver = reception == .ended || span.upperBound >= event.time + length
        if isOver || span.upperBound.milliseconds >= nextLook {
          nextLook = (span.upperBound + Self.lookEvery).milliseconds
          let gate = gate(side, span, event, looks: looks)
          last = gate
          if isOver || gate.verdict == .rollback { return gate }
        }
      }
      if reception == .ended { break }
    }
    guard let last else {
      throw CommandFailure.unusable("error: no change of \(quoted(service)) came with the stream")
    }
    return last
  }

  private func receive(
    _ pipe: DeliveryPipe, _ delivery: inout Delivery
  ) throws -> DeliveryPipe.Reception {
    do throws(SourceError) {
      return try pipe.receive(into: &delivery, waitingAtMost: 250)
    } catch {
      throw CommandFailure.unusable(error.diagnostic.description)
    }
  }

  private func gate(
    _ side: RecordedSide, _ span: ClosedRange<Timestamp>, _ event: ChangeEvent, looks: Int
  ) -> Gate {
    let sides = plan.sides(of: service, around: event.time, within: span, reader(side), context)
    var gate = Gate(service: service, before: sides.before, after: sides.after, looks: looks)
    gate.change = event
    return gate
  }

  private func reader(_ side: RecordedSide) -> MetricReader {
    MetricReader(store: side.store, context: context)
  }
}
