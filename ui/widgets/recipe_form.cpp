#include "ui/widgets/recipe_form.h"

#include "core/run/recipe_help.h"
#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/widgets/setting_box.h"
#include "ui/widgets/type_size.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>

#include <cmath>

namespace lorashear::ui {

namespace {

/// What a recipe holds, through the accessor that also changes it.
template <class T>
T read(const Recipe& recipe, const std::function<T&(Recipe&)>& value) {
    Recipe copy = recipe;
    return value(copy);
}

/// "1 step", "2 steps".
void followCount(QSpinBox* box, const QString& unit) {
    if (unit.isEmpty()) return;
    const auto show = [box, unit](int value) { box->setSuffix(QLatin1Char(' ') + countWord(unit, value)); };
    show(box->value());
    QObject::connect(box, &QSpinBox::valueChanged, box, show);
}

}  // namespace

RecipeForm::RecipeForm(Session& session, QFormLayout* form, QWidget* parent)
    : QObject(parent), m_session(session), m_form(form) {
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);  // all fields of one width
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setVerticalSpacing(6);
    connect(&session, &Session::recipeChanged, this, &RecipeForm::refresh);
    connect(&session, &Session::recipeLoaded, this, &RecipeForm::reload);
    connect(&session, &Session::settleWanted, this, &RecipeForm::settle);
}

void RecipeForm::settle() {
    for (const auto& settler : m_settlers) settler();
}

void RecipeForm::refresh() {
    m_refreshing = true;
    for (const auto& refresher : m_refreshers) refresher(m_session.recipe());
    m_refreshing = false;
}

void RecipeForm::edit(const Field& field, const std::function<void(Recipe&)>& change) {
    if (m_refreshing) return;
    m_session.edit(inSentence(field.label), change, m_scope ? field.name + QLatin1Char(' ') + m_scope() : field.name);
}

void RecipeForm::alignTo(const QString& longest) {
    m_longestLabel = longest;
}

void RecipeForm::addWide(QWidget* widget) {
    m_form->addRow(widget);
}

void RecipeForm::reload() {
    m_reloading = true;
    refresh();
    m_reloading = false;
}

void RecipeForm::add(const Field& field, QWidget* widget, std::function<void(const Recipe&)> refresher) {
    widget->setObjectName(field.name);
    widget->setAccessibleName(field.label);
    widget->setAccessibleDescription(field.toolTip);
    widget->setToolTip(field.toolTip);
    if (auto* box = qobject_cast<QCheckBox*>(widget)) {
        m_form->addRow(box);
    } else {
        auto* label = new QLabel(field.label);
        label->setBuddy(widget);
        label->setToolTip(field.toolTip);
        if (!m_longestLabel.isEmpty())
            whenTypeChanges(*label, [label, longest = m_longestLabel] {
                label->setMinimumWidth(QFontMetrics(QApplication::font("QLabel")).horizontalAdvance(longest) + 4);
            });
        m_form->addRow(label, widget);
    }
    if (auto* box = qobject_cast<QAbstractSpinBox*>(widget)) m_settlers.push_back([box] { box->interpretText(); });
    m_refreshing = true;
    refresher(m_session.recipe());
    m_refreshing = false;
    m_refreshers.push_back(std::move(refresher));
}

QSpinBox* RecipeForm::integer(const Field& field, std::function<int&(Recipe&)> value) {
    auto* box = new QSpinBox;
    setBounds(box, field.setting);
    box->setMinimumWidth(120);  // not so wide as its largest number
    box->setGroupSeparatorShown(true);
    followCount(box, field.suffix);
    connect(box, &QSpinBox::valueChanged, this,
            [this, field, value](int v) { edit(field, [&](Recipe& recipe) { value(recipe) = v; }); });
    add(field, box, [box, value](const Recipe& recipe) { box->setValue(read<int>(recipe, value)); });
    return box;
}

QDoubleSpinBox* RecipeForm::number(const Field& field, int decimals, double step, std::function<double&(Recipe&)> value,
                                   double scale) {
    auto* box = new QDoubleSpinBox;
    box->setDecimals(decimals);
    setBounds(box, field.setting, scale);
    box->setSingleStep(step);
    if (!field.suffix.isEmpty()) box->setSuffix(QLatin1Char(' ') + field.suffix);
    connect(box, &QDoubleSpinBox::valueChanged, this, [this, field, value, scale, step](double v) {
        edit(field, [&](Recipe& recipe) {
            // What the box shows is rounded: only a real change may touch the exact value behind it.
            if (std::abs(value(recipe) * scale - v) > step * 1e-6) value(recipe) = v / scale;
        });
    });
    add(field, box, [box, value, scale](const Recipe& recipe) { box->setValue(read<double>(recipe, value) * scale); });
    return box;
}

QCheckBox* RecipeForm::flag(const Field& field, std::function<bool&(Recipe&)> value) {
    auto* box = new QCheckBox(field.label);
    connect(box, &QCheckBox::toggled, this,
            [this, field, value](bool on) { edit(field, [&](Recipe& recipe) { value(recipe) = on; }); });
    add(field, box, [box, value](const Recipe& recipe) { box->setChecked(read<bool>(recipe, value)); });
    return box;
}

QComboBox* RecipeForm::choice(const Field& field, const std::vector<std::pair<QString, std::string>>& choices,
                              std::function<std::string&(Recipe&)> value) {
    auto* box = new QComboBox;
    for (const auto& [title, id] : choices) box->addItem(title, QString::fromStdString(id));
    connect(box, &QComboBox::currentIndexChanged, this, [this, box, field, value](int index) {
        if (index >= 0) edit(field, [&](Recipe& recipe) { value(recipe) = box->itemData(index).toString().toStdString(); });
    });
    add(field, box, [box, value](const Recipe& recipe) {
        box->setCurrentIndex(box->findData(QString::fromStdString(read<std::string>(recipe, value))));
    });
    return box;
}

QLineEdit* RecipeForm::list(const Field& field, std::function<std::vector<std::string>&(Recipe&)> value) {
    auto* line = new QLineEdit;
    const auto enter = [this, line, field, value] {
        edit(field, [&](Recipe& recipe) {
            std::vector<std::string> items;
            for (const QString& part : line->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
                if (!part.trimmed().isEmpty()) items.push_back(part.trimmed().toStdString());
            value(recipe) = items;
        });
    };
    connect(line, &QLineEdit::editingFinished, this, enter);
    m_settlers.push_back(enter);
    add(field, line, [line, value](const Recipe& recipe) {
        QStringList items;
        for (const std::string& item : read<std::vector<std::string>>(recipe, value)) items << QString::fromStdString(item);
        line->setText(items.join(QStringLiteral(", ")));
    });
    return line;
}

CheckedLine* RecipeForm::line(const Field& field, std::function<QString(Recipe&)> show, CheckedLine::Check check,
                              std::function<void(Recipe&, const QString&)> write) {
    auto* whole = new CheckedLine;
    whole->setCheck(std::move(check));
    connect(whole, &CheckedLine::entered, this, [this, field, write](const QString& entry) {
        if (!m_refreshing)
            m_session.edit(inSentence(field.label),
                           [&](Recipe& recipe) { write(recipe, entry); });  // each entry is a step of its own
    });
    connect(whole, &CheckedLine::problemChanged, this,
            [this, field](const QString& why) { m_session.setProblem(field.name, field.label, why); });
    m_settlers.push_back([whole] { whole->settle(); });
    add(field, whole, [this, whole, show](const Recipe& recipe) {
        Recipe copy = recipe;
        whole->setValue(show(copy), m_reloading);
    });
    QLineEdit* line = whole->line();
    whole->setObjectName(field.name + QStringLiteral("Row"));
    whole->setFocusProxy(line);
    line->setObjectName(field.name);
    line->setAccessibleName(field.label);
    line->setAccessibleDescription(field.toolTip);
    return whole;
}

RecipeForm::Field fieldOf(const QString& name, const QString& label, const std::string& pointer, const QString& suffix) {
    const Setting& setting = recipeSetting(pointer);
    return {name, label, coreText(setting.help), suffix.isNull() ? coreText(setting.unit) : suffix, setting};
}

}  // namespace lorashear::ui
