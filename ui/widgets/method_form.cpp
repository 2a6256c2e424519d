#include "ui/widgets/method_form.h"

#include "ui/controller/session.h"
#include "ui/widgets/pieces.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

QJsonObject optionsOf(const Recipe& recipe) {
    return QJsonDocument::fromJson(QByteArray::fromStdString(recipe.method.optionsJson)).object();
}

const MethodInfo* methodOf(const std::string& id) {
    const auto& table = methodTable();
    const auto at = std::find_if(table.begin(), table.end(), [&](const MethodInfo& method) { return method.id == id; });
    return at == table.end() ? nullptr : &*at;
}

/// A number option's value: the recipe's, or the table's default.
double valueOf(const QJsonObject& options, const OptionSpec& spec) {
    const QJsonValue value = options.value(QString::fromStdString(spec.key));
    return value.isBool() ? double(value.toBool()) : value.toDouble(spec.fallback);
}

double optionNumber(const Recipe& recipe, const char* key) {
    const MethodInfo* method = methodOf(recipe.method.id);
    if (!method) return 0;
    for (const OptionSpec& spec : method->options)
        if (spec.key == key) return valueOf(optionsOf(recipe), spec);
    return 0;
}

int decimalsFor(const OptionSpec& spec) {
    const double smallest = spec.fallback != 0 ? std::abs(spec.fallback) : std::max(spec.least, 1e-3);
    return std::clamp(int(std::ceil(-std::log10(smallest))) + 2, 2, 8);
}

}  // namespace

QString optionLabel(const std::string& key) {
    QString label;
    for (char c : key) {
        if (c >= 'A' && c <= 'Z') label += QLatin1Char(' ');
        label += QChar::fromLatin1(c).toLower();
    }
    label.replace(QLatin1Char('_'), QLatin1Char(' '));
    if (!label.isEmpty()) label[0] = label[0].toUpper();
    return label;
}

std::vector<TimelinePart> scheduleOf(const Recipe& recipe) {
    std::vector<TimelinePart> parts;
    const auto add = [&](const QString& name, double steps, int category, bool marker) {
        if (steps > 0) parts.push_back({name, steps, category, marker});
    };
    add(MethodForm::tr("warm-up"), optionNumber(recipe, "warmupSteps"), 4, false);
    const int periods = int(optionNumber(recipe, "periods"));
    for (int p = 0; p < periods; ++p)
        add(MethodForm::tr("period %1").arg(p + 1), optionNumber(recipe, "periodSteps"), 1, true);
    add(MethodForm::tr("settling"), optionNumber(recipe, "settleSteps"), 6, false);
    if (recipe.recovery.enabled)
        for (const RecoveryPhase& phase : recipe.recovery.phases)
            add(MethodForm::tr("recovery"), double(phase.maxRounds) * phase.stepsPerRound, phase.name == "instruct" ? 3 : 2,
                false);
    return parts;
}

MethodForm::MethodForm(Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_method(new QComboBox(this)), m_help(makeMuted({}, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_method->setObjectName(QStringLiteral("method"));
    m_method->setAccessibleName(tr("Pruning method"));
    m_method->setToolTip(tr("How groups are chosen and brought to zero"));
    for (const MethodInfo& method : methodTable())
        m_method->addItem(QString::fromStdString(method.title), QString::fromStdString(method.id));
    column->addWidget(m_method);
    column->addWidget(m_help);
    connect(m_method, &QComboBox::activated, this, &MethodForm::setMethod);
    connect(&m_session, &Session::recipeChanged, this, &MethodForm::refresh);
    refresh();
}

void MethodForm::setMethod(int index) {
    const std::string id = m_method->itemData(index).toString().toStdString();
    m_session.edit(tr("method"), [&](Recipe& recipe) {
        if (recipe.method.id == id) return;
        recipe.method.id = id;
        recipe.method.optionsJson = "{}";  // another method's options would be refused
    });
}

void MethodForm::setOption(const QString& key, const QJsonValue& value) {
    if (m_refreshing) return;
    m_session.edit(
        optionLabel(key.toStdString()).toLower(),
        [&](Recipe& recipe) {
            QJsonObject options = optionsOf(recipe);
            options.insert(key, value);
            recipe.method.optionsJson = QJsonDocument(options).toJson(QJsonDocument::Compact).toStdString();
        },
        QStringLiteral("option_") + key);
}

QWidget* MethodForm::makeWeights(const OptionSpec& spec) {
    auto* group = new QWidget(m_fields);
    auto* form = new QFormLayout(group);
    form->setContentsMargins(12, 0, 0, 0);
    const QString key = QString::fromStdString(spec.key);
    for (std::size_t i = 0; i < spec.choices.size(); ++i) {
        const QString name = QString::fromStdString(spec.choices[i]);
        const double fallback = i < spec.weights.size() ? spec.weights[i] : 0;
        auto* box = new QDoubleSpinBox(group);
        box->setObjectName(QStringLiteral("option_%1_%2").arg(key, name));
        box->setAccessibleName(optionLabel(spec.choices[i]));
        box->setRange(spec.least, std::min(spec.most, 1000.0));
        box->setSingleStep(0.1);
        box->setKeyboardTracking(false);  // half a number typed may be the 0 that is refused
        form->addRow(optionLabel(spec.choices[i]), box);
        connect(box, &QDoubleSpinBox::valueChanged, this, [this, key, name, spec](double value) {
            if (m_refreshing) return;
            QJsonObject weights = optionsOf(m_session.recipe()).value(key).toObject();
            if (weights.isEmpty())
                for (std::size_t k = 0; k < spec.choices.size() && k < spec.weights.size(); ++k)
                    weights.insert(QString::fromStdString(spec.choices[k]), spec.weights[k]);
            weights.insert(name, value);
            setOption(key, weights);
        });
        m_refreshers.push_back([box, key, name, fallback](const QJsonObject& options) {
            const QJsonObject weights = options.value(key).toObject();
            box->setValue(weights.isEmpty() ? fallback : weights.value(name).toDouble(0));
        });
    }
    return group;
}

QWidget* MethodForm::makeField(const OptionSpec& spec) {
    const QString key = QString::fromStdString(spec.key);
    const QString suffix = spec.unit.empty() ? QString() : QLatin1Char(' ') + QString::fromStdString(spec.unit);
    switch (spec.type) {
        case OptionSpec::Type::Integer: {
            auto* box = new QSpinBox(m_fields);
            box->setRange(int(spec.least), int(spec.most));
            box->setSuffix(suffix);
            connect(box, &QSpinBox::valueChanged, this, [this, key](int value) { setOption(key, value); });
            m_refreshers.push_back([box, spec](const QJsonObject& options) { box->setValue(int(valueOf(options, spec))); });
            return box;
        }
        case OptionSpec::Type::Number: {
            auto* box = new QDoubleSpinBox(m_fields);
            box->setDecimals(decimalsFor(spec));
            box->setRange(spec.least, spec.most);
            box->setSingleStep(std::pow(10.0, -decimalsFor(spec) + 1));
            box->setSuffix(suffix);
            connect(box, &QDoubleSpinBox::valueChanged, this, [this, key](double value) { setOption(key, value); });
            m_refreshers.push_back([box, spec](const QJsonObject& options) { box->setValue(valueOf(options, spec)); });
            return box;
        }
        case OptionSpec::Type::Flag: {
            auto* box = new QCheckBox(optionLabel(spec.key), m_fields);
            connect(box, &QCheckBox::toggled, this, [this, key](bool on) { setOption(key, on); });
            m_refreshers.push_back(
                [box, spec](const QJsonObject& options) { box->setChecked(valueOf(options, spec) != 0); });
            return box;
        }
        case OptionSpec::Type::Choice: {
            auto* box = new QComboBox(m_fields);
            for (const std::string& choice : spec.choices) box->addItem(optionLabel(choice), QString::fromStdString(choice));
            connect(box, &QComboBox::activated, this,
                    [this, box, key](int index) { setOption(key, box->itemData(index).toString()); });
            m_refreshers.push_back([box, key, spec](const QJsonObject& options) {
                box->setCurrentIndex(box->findData(options.value(key).toString(QString::fromStdString(spec.choice))));
            });
            return box;
        }
        case OptionSpec::Type::Weights: return makeWeights(spec);
    }
    return new QWidget(m_fields);
}

void MethodForm::rebuild(const MethodInfo& method) {
    m_refreshers.clear();
    if (m_fields) {
        layout()->removeWidget(m_fields);
        m_fields->hide();
        m_fields->deleteLater();  // the edit may come from one of its own fields
    }
    m_fields = new QWidget(this);
    auto* form = new QFormLayout(m_fields);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(6);
    for (const OptionSpec& spec : method.options) {
        QWidget* field = makeField(spec);
        const QString help = QString::fromStdString(spec.help);
        if (spec.type != OptionSpec::Type::Weights) {
            field->setObjectName(QStringLiteral("option_") + QString::fromStdString(spec.key));
            field->setAccessibleName(optionLabel(spec.key));
            field->setAccessibleDescription(help);
        }
        field->setToolTip(help);
        if (spec.type == OptionSpec::Type::Flag) {
            form->addRow(field);
            continue;
        }
        auto* label = new QLabel(optionLabel(spec.key), m_fields);
        label->setToolTip(help);
        label->setBuddy(field);
        if (spec.type == OptionSpec::Type::Weights) {
            form->addRow(label);
            form->addRow(field);
        } else {
            form->addRow(label, field);
        }
    }
    layout()->addWidget(m_fields);
    m_shown = method.id;
}

void MethodForm::refresh() {
    const Recipe& recipe = m_session.recipe();
    const MethodInfo* method = methodOf(recipe.method.id);
    if (!method) return;
    m_refreshing = true;
    m_method->setCurrentIndex(m_method->findData(QString::fromStdString(method->id)));
    m_help->setText(QString::fromStdString(method->help));
    if (m_shown != method->id) rebuild(*method);
    const QJsonObject options = optionsOf(recipe);
    for (const auto& refresher : m_refreshers) refresher(options);
    m_refreshing = false;
}

}  // namespace lorashear::ui
