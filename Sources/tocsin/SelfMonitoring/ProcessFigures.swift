import Foundation
import Glibc

/// What the system says of this process; nil where it does not.
///
/// Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
struct ProcessFigures: Sendable {
  /// Memory that is held, in bytes.
  var residentBytes: Int?
  /// Address space, in bytes.
  var virtualBytes: Int?
  /// Most memory that the process can have before it is killed or the machine swaps, in bytes: the limit
  /// of its control group, else the memory of the machine.
  var memoryLimitBytes: Int?
  /// User and system time, in seconds.
  var cpuSeconds: Double?
  var threads: Int?
  var openFiles: Int?
  var filesMax: Int?
  /// When the process began, in seconds since 1970.
  var startSeconds: Double?

  init() {}

  /// What the system says now.
  static func read() -> ProcessFigures {
    var figures = ProcessFigures()
    figures.readStat()
    // The folder itself is open while it is listed.
    figures.openFiles = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))
      .map { $0.count - 1 }
    figures.filesMax = filesMax()
    figures.memoryLimitBytes = [groupLimit(), machineBytes()].compactMap(\.self).min()
    return figures
  }

  private mutating func readStat() {
    guard let text = Self.text("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return }
    // Behind the name, which may hold spaces, stands field 3.
    let fields = text[text.index(after: end)...].split(separator: " ")
    func field(_ number: Int) -> Double? {
      fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil
    }
    let hertz = Double(sysconf(Int32(_SC_CLK_TCK)))
    guard hertz > 0 else { return }
    if let user = field(14), let system = field(15) { cpuSeconds = (user + system) / hertz }
    threads = field(20).map { Int($0) }
    virtualBytes = field(23).map { Int($0) }
    residentBytes = field(24).map { Int($0) * sysconf(Int32(_SC_PAGESIZE)) }
    if let ticks = field(22), let boot = Self.bootSeconds() { startSeconds = boot + ticks / hertz }
  }

  private static func bootSeconds() -> Double? {
    text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
      .flatMap { Double($0.dropFirst(6)) }
  }

  private static func filesMax() -> Int? {
    let name = "Max open files"
    let line = text("/proc/self/limits")?.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.dropFirst(name.count).split(separator: " ").first.flatMap { Int($0) }
  }

  /// Version 2 of control groups alone; "max" is no limit.
  private static func groupLimit() -> Int? {
    let lines = text("/proc/self/cgroup")?.split(separator: "\n")
    guard let line = lines?.first(where: { $0.hasPrefix("0::") }) else { return nil }
    return text("/sys/fs/cgroup\(line.dropFirst(3))/memory.max").flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  private static func machineBytes() -> Int? {
    let line = text("/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}
