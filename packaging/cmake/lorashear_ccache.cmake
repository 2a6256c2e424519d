# Puts ccache before the compiler when it is installed, with the settings that precompiled headers need.
# A launcher given by hand (-DCMAKE_CXX_COMPILER_LAUNCHER=…) is left alone; -DLORASHEAR_CCACHE=OFF switches this off.

option(LORASHEAR_CCACHE "Use ccache when it is installed" ON)

if(LORASHEAR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(LORASHEAR_CCACHE_PROGRAM ccache)
    mark_as_advanced(LORASHEAR_CCACHE_PROGRAM)
    if(LORASHEAR_CCACHE_PROGRAM)
        # Without these two ccache takes no unit that uses a precompiled header, and our headers define no time macros.
        set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
            "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
            "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" "${LORASHEAR_CCACHE_PROGRAM}")
        if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
            add_compile_options(-fpch-preprocess)
        endif()
    endif()
endif()
