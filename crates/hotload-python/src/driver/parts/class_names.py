# Reading classes without calling what user code has made of them.

# LATER

# The descriptors of `type` itself: an attribute of a class may be a property of its metaclass.
names_of_type = type.__dict__['__dict__'].__get__
bases_of_type = type.__dict__['__bases__'].__get__
name_of_type = type.__dict__['__name__'].__get__

if PY2:
    class OfOldStyle:
        pass

    OLD_CLASS = type(OfOldStyle)

    def is_class(value):
        return issubclass(type(value), type) or type(value) is OLD_CLASS

    def names_in_class(cls):
        return cls.__dict__ if type(cls) is OLD_CLASS else names_of_type(cls)

    def name_of_class(cls):
        return cls.__name__ if type(cls) is OLD_CLASS else name_of_type(cls)

    def bases_of(cls):
        return cls.__bases__ if type(cls) is OLD_CLASS else bases_of_type(cls)
else:
    OLD_CLASS = None
    names_in_class, name_of_class, bases_of = names_of_type, name_of_type, bases_of_type

    # `issubclass`, because `isinstance` may ask the value for its `__class__`.
    def is_class(value):
        return issubclass(type(value), type)
