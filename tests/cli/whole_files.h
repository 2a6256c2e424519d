#pragma once

#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"
#include "core/run/event_log.h"

#include <nlohmann/json.hpp>

#include <QString>

#include <filesystem>
#include <map>
#include <string>

/// What a process that was killed has left: whole files, and half ones that do not look like whole ones.
namespace lorashear::testing {

/// Every file of a folder by name, or a file's own bytes.
inline std::map<std::string, std::string> filesAt(const QString& place) {
    const std::filesystem::path at = place.toStdString();
    if (!std::filesystem::is_directory(at)) return {{"", readFile(at)}};
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(at))
        files[entry.path().filename().string()] = readFile(entry.path());
    return files;
}

inline bool isHalfWritten(const std::string& name) {
    for (const char* mark : {".tmp-", "writing-", ".partial-", ".uncertified-"})
        if (name.find(mark) != std::string::npos) return true;
    return false;
}

/// What is left of half-written files; "" if nothing is.
inline std::string remains(const QString& run) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(run.toStdString()))
        if (isHalfWritten(entry.path().filename().string())) return entry.path().string();
    return {};
}

/// A file that stands under its own name and is not whole; "" if there is none. For the moment after a kill, when half-written ones may lie beside.
inline std::string torn(const QString& folder) {
    namespace fs = std::filesystem;
    std::error_code none;
    for (fs::recursive_directory_iterator at(folder.toStdString(), none), end; at != end; ++at) {
        const fs::path file = at->path();
        if (isHalfWritten(file.filename().string())) {
            at.disable_recursion_pending();
            continue;
        }
        if (!at->is_regular_file()) continue;
        try {
            if (file.extension() == ".json" && !nlohmann::json::accept(readFile(file))) return file.string();
            if (file.extension() == ".safetensors") SafetensorsFile::open(file);
            if (file.filename() == "events.jsonl") readEvents(file);  // a last line without its end is not taken for one
        } catch (const Error& error) {
            return file.string() + ": " + error.message();
        }
    }
    return {};
}

/// The stage that a run's log tells of last; "begin" if it tells of none.
inline std::string stageOf(const QString& run) {
    std::string stage = "begin";
    for (const LoggedEvent& logged : readEvents(run.toStdString() + "/events.jsonl"))
        if (const auto* changed = std::get_if<event::StageChanged>(&logged.event)) stage = changed->stage;
    return stage;
}

}  // namespace lorashear::testing
