#include "core/bench/store_shares.h"

#include "core/base/error.h"
#include "core/bench/heartbeat.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <thread>

namespace lorashear {

namespace {

constexpr double kLongestNap = 0.02;  ///< pieces may be short

/// Digits that come back as the same double; numbers that are none have no such digits, and no place in figures either.
std::string textOf(const std::vector<double>& figures) {
    return nlohmann::json(figures).dump();
}

std::vector<double> figuresIn(const std::string& key, const std::string& text) {
    try {
        return nlohmann::json::parse(text).get<std::vector<double>>();
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorCode::Io, key, "the store of shared work holds what is no list of numbers",
                    "another program, or another version of this one, uses the same store");
    }
}

}  // namespace

std::vector<double> StoreShares::agree(const std::string& name, const std::vector<double>& own, const Control& control) {
    control.poll();
    const std::string key = "figures/" + name;
    return figuresIn(key, m_store.compareSet(key, "", textOf(own)));
}

std::vector<std::vector<double>> StoreShares::deal(const std::string& round, const std::vector<std::string>& pieces,
                                                   const Measure& measure, const Control& control) {
    std::vector<std::string> leases, keys;
    for (const std::string& piece : pieces) {
        leases.push_back("piece/" + round + "/" + piece);
        keys.push_back("figures/" + round + "/" + piece);
    }
    const auto measured = [&](std::size_t piece) { return m_store.get(keys[piece]).has_value(); };
    const auto nap = [](double seconds) {
        std::this_thread::sleep_for(std::chrono::duration<double>(std::min(seconds, kLongestNap)));
    };
    LeasedQueue queue(m_store, leases, measured, {m_worker, m_lease, monotonicSeconds, nap});
    while (const auto piece = queue.take(control)) {
        std::stop_source ignored;  // a piece that another has taken over is measured to its end: the figures are the same
        Heartbeat heartbeat(queue, *piece, ignored);
        try {
            m_store.compareSet(keys[*piece], "", textOf(measure(*piece)));
        } catch (...) {
            heartbeat.rest();
            queue.end(*piece, JobQueue::End::GivenBack);
            throw;
        }
        heartbeat.rest();
        queue.end(*piece, JobQueue::End::Done);
    }
    std::vector<std::vector<double>> all;
    for (const std::string& key : keys) all.push_back(figuresIn(key, m_store.get(key).value_or("")));
    return all;
}

}  // namespace lorashear
