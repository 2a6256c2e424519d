#pragma once

#include <string>
#include <vector>

namespace lorashear {

/// A way to write a model for other programs, as recipes, windows and command lines know it: without the engine behind it.
struct ExportFormat {
    std::string id;                   ///< "huggingface", "gguf" …
    std::string title;                ///< for lists
    std::string help;                 ///< one sentence: what it is and who opens it
    std::string purpose;              ///< one sentence: when to take it
    std::string opens;                ///< programs, for "Opens in: …"
    std::string ending;               ///< of the file, ".gguf"; empty: a folder
    std::vector<std::string> dtypes;  ///< stored types; "source" is the original's
};

/// The table; core/export/formats.cpp is its one place. Each id has its writer in core/export/builtin_writers.cpp.
const std::vector<ExportFormat>& exportFormats();
std::vector<std::string> exportFormatIds();
std::vector<std::string> exportDtypes();  ///< of all formats, in order of appearance

/// Error(Usage) for an unknown id, naming the known ones, or a type that the format does not store.
const ExportFormat& exportFormat(const std::string& id);
void requireDtype(const ExportFormat& format, const std::string& dtype);

}  // namespace lorashear
