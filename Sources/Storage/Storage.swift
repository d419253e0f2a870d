// Floor module; see Package.swift.
