import Dispatch
import Glibc
import Synchronization

/// Turns the first SIGINT or SIGTERM into a wish to stop; a second one ends the program at once.
final class StopSignal {
  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  private let counter = Counter()
  private var sources: [any DispatchSourceSignal] = []

  init() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      let counter = counter
      source.setEventHandler {
        if counter.value.add(1, ordering: .relaxed).newValue > 1 { _exit(1) }
      }
      source.resume()
      sources.append(source)
    }
  }

  /// True once somebody asked the program to stop.
  var isRaised: Bool { counter.value.load(ordering: .relaxed) > 0 }
}
