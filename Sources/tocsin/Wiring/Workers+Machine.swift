import Dispatch
import Evaluation
import Glibc

extension Workers {
  /// More threads than these wait for each other rather than help: rules share series.
  private static let countMax = 4

  /// A thread for each processor that this program may use, four at most.
  static let ofThisMachine: Workers = {
    let count = min(countMax, max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    guard count > 1 else { return .one }
    return Workers(count: count) { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
  }()
}
