#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lorashear::fuzz {

/// A kind of file from outside: everything here that reads it. Only an Error may come out of read().
struct Target {
    const char* name;  ///< also of its folder in tests/fuzz/corpus
    void (*read)(const std::string& bytes);
};

std::span<const Target> targets();
/// Null if there is none of that name.
const Target* targetNamed(std::string_view name);

// tests/fuzz/*_targets.cpp
void readSafetensors(const std::string& bytes);
void readGguf(const std::string& bytes);
void readJson(const std::string& bytes);
void readTokenizer(const std::string& bytes);
void readSentencePiece(const std::string& bytes);
void readTemplate(const std::string& bytes);
void readRecipe(const std::string& bytes);
void readEdits(const std::string& bytes);
void readEventLog(const std::string& bytes);
void readRunFolder(const std::string& bytes);
void readConfig(const std::string& bytes);
void readAdapterFolder(const std::string& bytes);

/// Ends the program as a crash does: something came out that may not.
[[noreturn]] void defect(const std::string& what);

}  // namespace lorashear::fuzz
