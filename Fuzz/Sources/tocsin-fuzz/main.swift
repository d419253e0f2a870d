import CLibFuzzer
import FuzzTargets
import Glibc

// tocsin-fuzz TARGET [libFuzzer's options] [folders of inputs]

/// What the first argument names.
enum Chosen {
  static let target = CommandLine.arguments.dropFirst().first
    .flatMap(FuzzTarget.init(rawValue:))
}

guard Chosen.target != nil else {
  print(FuzzTarget.allCases.map(\.rawValue).joined(separator: "\n"))
  exit(CommandLine.arguments.count > 1 ? 64 : 0)
}
// libFuzzer wants the program's name first, and knows nothing of targets.
var arguments = CommandLine.unsafeArgv + 1
arguments[0] = CommandLine.unsafeArgv[0]
var count = CommandLine.argc - 1
var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = arguments
let status = LLVMFuzzerRunDriver(&count, &pointer) { data, size in
  Chosen.target?.run(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}
exit(status)
