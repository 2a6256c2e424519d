#pragma once

#include <nlohmann/json_fwd.hpp>

namespace lorashear {

/// How much of a reference is left; 1: all of it, NaN (null in JSON): the reference has nothing to compare with. Of what shall be large (accuracies,
/// speeds) and of sizes: this over the reference.
double retained(double value, double reference);
/// Of a perplexity, which shall be small: the reference over this.
double retainedPerplexity(double perplexity, double reference);

/// From {task: {acc, acc_norm}} of both, the reference's tasks being among the model's: {tasks: {task: {acc, acc_norm}}, task_mean: {acc, acc_norm}}; the
/// latter are the means over tasks held against each other, the number that publications on pruning give. Empty without tasks.
nlohmann::json retainedTasks(const nlohmann::json& tasks, const nlohmann::json& reference);

}  // namespace lorashear
