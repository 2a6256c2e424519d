#pragma once

#include "core/knowledge/measurements.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lorashear {

/// The measurements of one analysis on the disk: a file that only grows, a line of JSON for each piece as soon as it is measured. A
/// process that is killed loses what it was measuring at that moment; a torn last line is skipped. Two processes may write the same
/// file: equal keys give equal lines.
class MeasurementLog {
public:
    MeasurementLog() = default;  ///< keeps nothing
    MeasurementLog(std::filesystem::path file, std::string key) : m_file(std::move(file)), m_key(std::move(key)) {}

    /// Fills in what is there. Lines that are damaged or do not fit are skipped; a file of another key is begun afresh.
    void read(Measurements& into, GroupSaliency& saliency);

    // Error(Io), e.g. when the disk is full.
    void addBaseline(std::size_t first, const std::vector<double>& nll);
    void addProbe(std::size_t probe, std::size_t first, const std::vector<double>& nll);
    void addSaliency(const GroupSaliency& saliency);

private:
    void add(const std::string& line);

    std::filesystem::path m_file;
    std::string m_key;
    std::ofstream m_out;
};

}  // namespace lorashear
