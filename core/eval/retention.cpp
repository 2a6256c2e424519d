#include "core/eval/retention.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace lorashear {

using nlohmann::json;

double retained(double value, double reference) {
    return reference > 0 ? value / reference : std::numeric_limits<double>::quiet_NaN();
}

double retainedPerplexity(double perplexity, double reference) {
    return retained(reference, perplexity);
}

json retainedTasks(const json& tasks, const json& reference) {
    json result = json::object();
    for (const char* kind : {"acc", "acc_norm"}) {
        double sum = 0, referenceSum = 0;
        for (const auto& [task, score] : reference.items()) {
            const double before = score.at(kind).get<double>(), now = tasks.at(task).at(kind).get<double>();
            result["tasks"][task][kind] = retained(now, before);
            sum += now, referenceSum += before;
        }
        if (!reference.empty()) result["task_mean"][kind] = retained(sum, referenceSum);
    }
    return result;
}

}  // namespace lorashear
