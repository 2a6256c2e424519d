#pragma once

namespace lorashear {

/// How the scores of a group's members (rows of q, k, v and columns of o, say) become one. First, second and last let that member speak for all, in
/// the order of weightMembers(); second: the last where there is but one.
enum class Aggregation { Sum, Mean, Max, Product, First, Second, Last };

}  // namespace lorashear
