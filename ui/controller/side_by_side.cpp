#include "ui/controller/side_by_side.h"

#include <algorithm>
#include <variant>

namespace lorashear::ui {

namespace {

std::string pairKey(const ComparedModel& model, const ComparedModel& original) {
    const auto one = [](const ComparedModel& m) {
        return m.path + '\n' + m.adapter + '\n' + (m.beforeRecovery ? '1' : '0');
    };
    return one(model) + '\n' + one(original);
}

}  // namespace

void SideBySide::begin(const std::string& runFolder, std::size_t samples) {
    m_texts.clear();
    m_runFolder = runFolder;
    m_samples = samples;
    Q_EMIT changed();
}

void SideBySide::hear(const RunEvent& event, const command::WriteTexts&) {
    const auto* written = std::get_if<event::Written>(&event);
    if (!written) return;
    m_texts[written->model] = *written;
    Q_EMIT changed();
}

void SideBySide::hear(const RunEvent& event, const command::MeasureDivergence& asked) {
    const auto* measured = std::get_if<event::Measurement>(&event);
    if (!measured) return;
    const auto model = std::find_if(asked.models.begin(), asked.models.end(),
                                    [&](const ComparedModel& m) { return m.label == measured->model; });
    if (model == asked.models.end()) return;
    auto& known = m_divergence[pairKey(*model, asked.original)];
    std::erase_if(known, [&](const event::Measurement& m) { return m.name == measured->name; });
    known.push_back(*measured);
    Q_EMIT changed();
}

const event::Written* SideBySide::text(const std::string& label, const std::string& runFolder, std::size_t samples) const {
    const auto at = m_texts.find(label);
    return at == m_texts.end() || runFolder != m_runFolder || samples > m_samples ? nullptr : &at->second;
}

std::vector<event::Measurement> SideBySide::divergence(const ComparedModel& model, const ComparedModel& original) const {
    const auto at = m_divergence.find(pairKey(model, original));
    return at == m_divergence.end() ? std::vector<event::Measurement>() : at->second;
}

}  // namespace lorashear::ui
