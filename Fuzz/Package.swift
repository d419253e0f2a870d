// swift-tools-version: 6.2
import PackageDescription

// A package of its own, for it links only under -sanitize=fuzzer: Scripts/fuzz.sh builds and runs it.
let package = Package(
  name: "tocsin-fuzz",
  dependencies: [.package(name: "tocsin", path: "..")],
  targets: [
    .systemLibrary(name: "CLibFuzzer"),
    .executableTarget(
      name: "tocsin-fuzz",
      dependencies: ["CLibFuzzer", .product(name: "FuzzTargets", package: "tocsin")],
      swiftSettings: [
        .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"), .treatAllWarnings(as: .error),
      ],
      // The gold linker gives up on the debug information of a sanitized program.
      linkerSettings: [.unsafeFlags(["-use-ld=lld"])]),
  ])
