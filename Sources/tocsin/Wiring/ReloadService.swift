import Foundation
import Model
import ServiceLifecycle
import UnixSignals

/// Puts configuration and rules in force again on SIGHUP, and when their files have changed.
struct ReloadService: Service {
  let engine: LiveEngine
  let configuration: ConfigurationInForce
  let signals: UnixSignalsSequence

  /// How often the files are looked at, in ms.
  private static let interval = 1000

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { for await _ in signals { await reload() } }
        group.addTask { await watch() }
      }
    }
  }

  private func reload() async {
    let diagnostics = await engine.reload()
    for diagnostic in diagnostics { StandardError.write(diagnostic.description) }
    let isRefused = diagnostics.contains { $0.level == .error }
    StandardError.write(isRefused ? "nothing was changed" : "configuration and rules reloaded")
  }

  /// Reloads once files have changed and then stayed alike for a turn: an editor or a deployment that
  /// is still writing is waited for.
  private func watch() async {
    var inForce = FileStamps(of: configuration.files)
    var last = inForce
    while true {
      do { try await Task.sleep(for: .milliseconds(Self.interval)) } catch { return }
      let now = FileStamps(of: configuration.files)
      defer { last = now }
      guard now != inForce, now == last else { continue }
      await reload()
      inForce = FileStamps(of: configuration.files)
    }
  }
}

/// What can be seen of files from outside: when they were written last, and how long they are.
private struct FileStamps: Equatable {
  private struct Stamp: Equatable {
    var modified: Date?
    var size: Int?
  }

  private var stamps: [String: Stamp] = [:]

  /// Most files that are looked at, so that a folder named by mistake costs little.
  private static let filesMax = 10_000

  /// The stamps of `paths` and of what lies in those that are folders.
  init(of paths: [String]) {
    for path in paths {
      add(path)
      let inside = FileManager.default.enumerator(atPath: path)
      while stamps.count < Self.filesMax, let name = inside?.nextObject() as? String {
        add(path + "/" + name)
      }
    }
  }

  private mutating func add(_ path: String) {
    // The file behind a link: mounted configuration changes by moving links.
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: real)
    stamps[path] = Stamp(
      modified: attributes?[.modificationDate] as? Date, size: attributes?[.size] as? Int)
  }
}
