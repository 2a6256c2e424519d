#pragma once

#include "core/text/jinja_values.h"

namespace lorashear {

/// value | name(arguments), value is name(arguments), value.name(arguments), as Jinja and Python mean them. Error(Unsupported) names what is
/// not in the tables of jinja_filters.cpp and jinja_methods.cpp; Error(BadInput) a value or an argument of the wrong kind.
JinjaValue jinjaFilter(JinjaBudget& budget, const std::string& name, const JinjaValue& value, const JinjaArguments& given);
bool jinjaTest(JinjaBudget& budget, const std::string& name, const JinjaValue& value, const JinjaArguments& given);
JinjaValue jinjaMethod(JinjaBudget& budget, const std::string& name, const JinjaValue& object, const JinjaArguments& given);

/// object.key and object[key]; undefined where there is none.
JinjaValue jinjaItem(JinjaBudget& budget, const JinjaValue& object, const JinjaValue& key);
/// Where object.key or object[key] lies, an undefined value where there is none; null for what jinjaItem has to make or refuse.
const JinjaValue* jinjaField(JinjaBudget& budget, const JinjaValue& object, const JinjaValue& key);
bool jinjaContains(JinjaBudget& budget, const JinjaValue& whole, const JinjaValue& part);
/// Negative: a goes before b. Error(BadInput) for values that have no order.
int jinjaOrder(const JinjaBudget& budget, const JinjaValue& a, const JinjaValue& b, const std::string& where);

}  // namespace lorashear
