#include "core/knowledge/measurement_log.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

json parsed(const std::string& line) {
    return json::parse(line, nullptr, /*allow_exceptions=*/false);
}

bool isIndex(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned();
}

/// Copies numbers into row from `first` on; leaves the row alone if they are not finite or do not fit.
void takeNumbers(const json& object, std::size_t first, std::vector<double>& row) {
    const auto found = object.find("nll");
    if (found == object.end() || !found->is_array() || first > row.size() || found->size() > row.size() - first) return;
    const auto finite = [](const json& value) { return value.is_number() && std::isfinite(value.get<double>()); };
    if (!std::all_of(found->begin(), found->end(), finite)) return;
    for (std::size_t i = 0; i < found->size(); ++i) row[first + i] = (*found)[i].get<double>();
}

void takeSaliency(const json& object, GroupSaliency& saliency) {
    try {
        saliency = {object.at("proxy").get<std::string>(), object.at("scores").get<std::vector<std::vector<double>>>()};
    } catch (const json::exception&) {
        saliency = {};  // measured again
    }
}

void take(const json& object, Measurements& into, GroupSaliency& saliency) {
    if (!object.is_object()) return;
    if (object.contains("scores")) return takeSaliency(object, saliency);
    if (!isIndex(object, "first")) return;
    const auto first = object.at("first").get<std::size_t>();
    if (!object.contains("probe")) return takeNumbers(object, first, into.baseline);
    if (!isIndex(object, "probe")) return;
    if (const auto probe = object.at("probe").get<std::size_t>(); probe < into.probes.size())
        takeNumbers(object, first, into.probes[probe]);
}

}  // namespace

void MeasurementLog::read(Measurements& into, GroupSaliency& saliency) {
    if (m_file.empty()) return;
    std::error_code error;
    fs::create_directories(m_file.parent_path(), error);
    const std::string text = fs::exists(m_file, error) ? readFile(m_file) : std::string();
    std::istringstream lines(text);
    std::string line;
    const json header = std::getline(lines, line) ? parsed(line) : json();
    const bool ours = header.is_object() && header.value("key", json()) == m_key;
    if (!ours) writeFile(m_file, json{{"key", m_key}}.dump() + "\n");
    m_out.open(m_file, std::ios::binary | std::ios::app);
    if (!ours) return;
    if (!text.ends_with('\n')) add("");  // what follows must not be glued to a torn line
    while (std::getline(lines, line)) take(parsed(line), into, saliency);
}

void MeasurementLog::addBaseline(std::size_t first, const std::vector<double>& nll) {
    if (!m_file.empty()) add(json{{"first", first}, {"nll", nll}}.dump());
}

void MeasurementLog::addProbe(std::size_t probe, std::size_t first, const std::vector<double>& nll) {
    if (!m_file.empty()) add(json{{"probe", probe}, {"first", first}, {"nll", nll}}.dump());
}

void MeasurementLog::addSaliency(const GroupSaliency& saliency) {
    if (!m_file.empty()) add(json{{"proxy", saliency.proxy}, {"scores", saliency.scores}}.dump());
}

void MeasurementLog::add(const std::string& line) {
    m_out << line + "\n";
    m_out.flush();
    if (!m_out)
        throw Error(ErrorCode::Io, m_file.string(), "what was measured cannot be kept",
                    "Is the disk full, or the folder not writable?");
}

}  // namespace lorashear
