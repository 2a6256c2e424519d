#pragma once

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

namespace lorashear {

/// Calls work(first row, last row) on a few threads when there is much to do.
template <typename Work>
void inParallelRows(std::int64_t rows, std::int64_t rowLength, const Work& work) {
    constexpr std::int64_t kWorthAThread = 1 << 18;
    const std::int64_t cores = std::max(1u, std::min(16u, std::thread::hardware_concurrency()));
    const std::int64_t parts = std::clamp<std::int64_t>(rows * rowLength / kWorthAThread, 1, std::min(cores, rows));
    std::vector<std::jthread> others;
    for (std::int64_t part = 1; part < parts; ++part)
        others.emplace_back([&work, part, parts, rows] { work(rows * part / parts, rows * (part + 1) / parts); });
    work(0, rows / parts);
}

}  // namespace lorashear
