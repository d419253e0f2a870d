import Foundation
import GRDB
import Glibc
import Incidents
import Model
import Testing

@testable import Storage

/// The unhappy ways to open and to write: each has its code and names the file.
@Suite struct OpeningTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func code(_ body: () throws -> Void) -> StorageError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? StorageError)?.code
    }
  }

  @Test(arguments: [Store.Mode.readOnly, .readWrite])
  func `a file that is not there is missing and is not made`(_ mode: Store.Mode) {
    #expect(code { _ = try Store.open(path: folder("no.sqlite"), mode: mode) } == .missing)
    #expect(folder.names.isEmpty)
  }

  @Test func `a folder that is not there`() {
    #expect(code { _ = try Store.open(path: folder("a/b.sqlite"), mode: .create) } == .cannotOpen)
  }

  @Test func `a directory`() {
    #expect(code { _ = try Store.open(path: folder.path, mode: .create) } == .cannotOpen)
  }

  @Test func `a text file is no database and stays as it was`() throws {
    let text = String(repeating: "up 1\n", count: 1000)
    try text.write(toFile: folder("a.prom"), atomically: true, encoding: .utf8)
    #expect(code { _ = try Store.open(path: folder("a.prom"), mode: .create) } == .notADatabase)
    #expect(try String(contentsOfFile: folder("a.prom"), encoding: .utf8) == text)
  }

  @Test func `another program's database is not touched`() throws {
    let other = try DatabaseQueue(path: folder("o.sqlite"))
    try other.write { try $0.execute(sql: "CREATE TABLE songs (id INTEGER)") }
    try other.close()
    let before = try Data(contentsOf: URL(fileURLWithPath: folder("o.sqlite")))
    #expect(code { _ = try Store.open(path: folder("o.sqlite"), mode: .create) } == .notAStore)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder("o.sqlite"))) == before)
    #expect(folder.names == ["o.sqlite"])
  }

  @Test func `an empty file becomes a store in mode create only`() throws {
    try Data().write(to: URL(fileURLWithPath: folder("e.sqlite")))
    #expect(code { _ = try Store.open(path: folder("e.sqlite"), mode: .readWrite) } == .empty)
    #expect(code { _ = try Store.open(path: folder("e.sqlite"), mode: .readOnly) } == .empty)
    let store = try Store.open(path: folder("e.sqlite"), mode: .create)
    #expect(try store.incidents().isEmpty)
  }

  @Test func `read-only reads and does not write`() throws {
    let path = folder("s.sqlite")
    _ = try Store.open(path: path, mode: .create).apply(makeBatch())
    let store = try Store.open(path: path, mode: .readOnly)
    #expect(try store.incidents().count == 1)
    #expect(code { _ = try store.apply(makeBatch(asOf: 2)) } == .readOnly)
    #expect(code { try store.setMeta("a", "b") } == .readOnly)
  }

  @Test func `a read-only file system is read and says so on writing`() throws {
    let path = folder("s.sqlite")
    let writer = try Store.open(path: path, mode: .create)
    _ = try writer.apply(makeBatch())
    try writer.close()
    guard mount(folder.path, folder.path, nil, UInt(MS_BIND), nil) == 0 else { return }
    defer { _ = umount2(folder.path, Int32(MNT_DETACH)) }
    guard mount(nil, folder.path, nil, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY), nil) == 0 else {
      return
    }
    #expect(try Store.open(path: path, mode: .readOnly).incidents().count == 1)
    #expect(code { _ = try Store.open(path: path, mode: .readWrite) } == .readOnly)
    #expect(try StoreFile(path).verify().isSound)
  }

  @Test func `a lock that is held too long`() throws {
    let path = folder("s.sqlite")
    _ = try Store.open(path: path, mode: .create)
    var limits = StoreLimits()
    limits.lockWaitMilliseconds = 20
    let store = try Store.open(path: path, mode: .readWrite, limits: limits)
    let holder = try DatabaseQueue(path: path)
    try holder.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      #expect(code { _ = try store.apply(makeBatch()) } == .locked)
      #expect(code { _ = try store.incidents() } == nil)
      try db.execute(sql: "ROLLBACK")
    }
    #expect(try store.apply(makeBatch()).newIncidents.count == 1)
  }

  @Test func `a full store keeps what it has and takes the next write that fits`() throws {
    var limits = StoreLimits()
    limits.fileBytesMax = 50 * 4096
    let store = try Store.open(path: folder("s.sqlite"), mode: .create, limits: limits)
    _ = try store.apply(makeBatch())
    var big = makeBatch([makeIncident("00000000000000b2", at: 5)], asOf: 6)
    big.incidents[0].title = String(repeating: "x", count: 300_000)
    #expect(code { _ = try store.apply(big) } == .full)
    #expect(try store.incidents().map(\.id) == ["00000000000000a1"])
    #expect(try store.verify().isSound)
    big.incidents[0].title = "small"
    #expect(try store.apply(big).newIncidents == ["00000000000000b2"])
  }

  @Test func `a full disk`() throws {
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=400k") == 0 else { return }
    defer { _ = umount2(folder.path, Int32(MNT_DETACH)) }
    let path = folder("s.sqlite")
    let store = try Store.open(path: path, mode: .create)
    _ = try store.apply(makeBatch())
    var big = makeBatch([makeIncident("00000000000000b2", at: 5)], asOf: 6)
    big.incidents[0].title = String(repeating: "x", count: 600_000)
    let failure = code { _ = try store.apply(big) }
    #expect(failure == .full || failure == .inputOutput, "\(String(describing: failure))")
    #expect(try store.incidents().map(\.id) == ["00000000000000a1"])
    try store.close()
    #expect(try Store.open(path: path, mode: .readWrite).verify().isSound)
  }

  @Test func `damaged pages are named`() throws {
    let path = folder("s.sqlite")
    let store = try Store.open(path: path, mode: .create)
    for number in 0..<40 {
      let id = "0000000000000" + String(100 + number)
      _ = try store.apply(makeBatch([makeIncident(id, at: number)], asOf: number))
    }
    try store.close()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for index in 8 * 4096..<bytes.count - 4096 { bytes[index] = 0xa5 }
    try bytes.write(to: URL(fileURLWithPath: path))
    let codes = [
      code {
        let isSound = try StoreFile(path).verify().isSound
        #expect(!isSound)
      },
      code { _ = try Store.open(path: path, mode: .readOnly).incidents() },
    ]
    #expect(codes.allSatisfy { $0 == nil || $0 == .corrupted }, "\(codes)")
    #expect(codes.contains(.corrupted))
  }

  @Test func `every code has its sentence and the path in front`() {
    let texts = StorageError.Code.allCases.map { "\(StorageError($0, path: "x.sqlite", "why"))" }
    #expect(Set(texts).count == texts.count)
    #expect(texts.allSatisfy { $0.hasPrefix("x.sqlite: ") && $0.hasSuffix(": why") })
  }
}
